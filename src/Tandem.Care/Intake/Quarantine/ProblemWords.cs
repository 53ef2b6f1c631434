using System.Text.RegularExpressions;
using Tandem.Kernel.Pages;

namespace Tandem.Care.Intake;

/// <summary>
/// What is wrong with a message is kept as the English sentence its sender was answered with; here it is said in the reader's language.
/// </summary>
internal static class ProblemWords
{
    /// <summary>The sentences that are known.</summary>
    internal static readonly IReadOnlyList<Phrase> Sentences =
    [
        new("{0} The last segment read was {1}.", "{0} El último segmento leído fue {1}."),
        new("The sender is not registered here. Ask the hub's administrator to register it.",
            "El remitente no está registrado aquí. Pida a quien administra el sistema que lo registre."),
        new("The message broke off before its end and the next one began.", "El mensaje se interrumpió antes de terminar y empezó el siguiente."),
        new("The message is larger than {0} bytes. Only its beginning was kept.", "El mensaje tiene más de {0} bytes. Solo se conservó el principio."),
        new("What the message becomes breaks a rule at {0}: {1}", "Lo que resulta del mensaje incumple una regla en {0}: {1}"),
        new("The visit has no number.", "La visita no tiene número."),
        new("This is no time that HL7 allows.", "Esta no es una hora válida en HL7."),
        new("The message is about more than one patient; send each in a message of its own.",
            "El mensaje trata de más de un paciente; envíe cada uno en su propio mensaje."),
        new("The message cannot be applied to the record as it is; correct it or the source's settings and replay it.",
            "El mensaje no se puede aplicar tal como está; corríjalo o corrija la configuración de la fuente e inténtelo de nuevo."),
        new("Messages of this type are not taken here; ADT and ORU are.", "Aquí no se aceptan mensajes de este tipo; sí ADT y ORU."),
        new("This event is not taken here. Taken are: {0}.", "Este evento no se acepta aquí. Se aceptan: {0}."),
        new("This event is not taken here.", "Este evento no se acepta aquí."), // as kept before
        new("The message says nowhere when its event happened.", "El mensaje no dice cuándo ocurrió el evento."),
        new("The message says of no patient: it has no PID segment.", "El mensaje no dice de qué paciente trata: no tiene segmento PID."),
        new("The patient has no number that identifies one person.", "El paciente no tiene un número que identifique a una sola persona."),
        new("The message reports on nothing: it has no OBR segment.", "El mensaje no informa de nada: no tiene segmento OBR."),
        new("The report does not say what was examined.", "El informe no dice qué se estudió."),
        new("This result stands outside of any report (no OBR before it).", "Este resultado está fuera de todo informe (no hay un OBR antes)."),
        new("The result does not say what was observed.", "El resultado no dice qué se observó."),
        new("The patient's numbers belong to {0} patients of the record. Decide who it is.",
            "Los números del paciente pertenecen a {0} pacientes del expediente. Decida quién es."),
        new("The visit number belongs to another patient's visit. Decide whose it is.", "El número de visita pertenece a la visita de otro paciente. Decida de quién es."),
        new("The order or result number belongs to another patient's. Decide whose it is.",
            "El número de orden o de resultado pertenece a otro paciente. Decida de quién es."),
        new("The control id was used before, for the message {0}.", "El id de control ya se usó antes, en el mensaje {0}."),
        new("The message has {0} bytes; at most {1} are read.", "El mensaje tiene {0} bytes; se leen {1} como máximo."),
        new("The bytes are no valid {0}, which the message says it is written in.", "Los bytes no son {0} válido, que es como el mensaje dice estar escrito."),
        new("There is no message: the text is empty.", "No hay mensaje: el texto está vacío."),
        new("A message begins with an MSH segment.", "Un mensaje empieza con un segmento MSH."),
        new("This is a batch; send its messages one by one.", "Esto es un lote; envíe sus mensajes uno por uno."),
        new("A second message begins here; one is expected.", "Aquí empieza un segundo mensaje; se espera uno solo."),
        new("The message has more than {0} segments.", "El mensaje tiene más de {0} segmentos."),
        new("A line must begin with a segment name of three characters and a field separator.",
            "Cada línea debe empezar con un nombre de segmento de tres caracteres y un separador de campos."),
        new("MSH-1 and MSH-2, which name the delimiters, are missing.", "Faltan MSH-1 y MSH-2, que definen los delimitadores."),
        new("MSH-2 has {0} characters; it names one to five delimiters.", "MSH-2 tiene {0} caracteres; define de uno a cinco delimitadores."),
        new("A delimiter must be a printable character that is neither letter nor digit.",
            "Un delimitador debe ser un carácter imprimible que no sea letra ni cifra."),
        new("The delimiters in MSH-1 and MSH-2 must all be different; a doubled backslash is the usual mistake.",
            "Los delimitadores de MSH-1 y MSH-2 deben ser todos distintos; el error habitual es una barra inversa doble."),
        new("Say why the message is not to be applied.", "Diga por qué no debe aplicarse el mensaje."),
        new("Use at most {0} characters.", "Use {0} caracteres como máximo."),
        new("This message no longer waits in quarantine.", "Este mensaje ya no espera en la cuarentena."),
        new("This message was not dismissed.", "Este mensaje no fue descartado."),
        new("Nothing was changed. Replay the message to try it as it is.", "No se cambió nada. Intente de nuevo para probar el mensaje tal como está."),
        new("This message was dismissed or replaced. Put it back first.", "Este mensaje fue descartado o reemplazado. Devuélvalo primero."),
        new("There is no message with this id.", "No hay ningún mensaje con este id."),
        new("You may not change messages. Ask your administrator for a role that may.", "No puede cambiar mensajes. Pida a su administrador un rol que lo permita."),
    ];

    private static readonly IReadOnlyList<(Regex Pattern, Phrase Phrase)> Patterns =
        [.. Sentences.Select(phrase => (new Regex("^" + Regex.Replace(Regex.Escape(phrase.English), @"\\\{\d}", "(.+?)") + "$", RegexOptions.CultureInvariant), phrase))];

    /// <summary>The sentence in the reader's language; as it is when it is not known.</summary>
    internal static string Of(string? sentence)
    {
        if (sentence is null || Languages.Current != Languages.Spanish)
            return sentence ?? "";
        foreach (var (pattern, phrase) in Patterns)
        {
            if (pattern.Match(sentence) is { Success: true } match)
                return phrase.With([.. match.Groups.Values.Skip(1).Select(group => (object?)Of(group.Value))]);
        }

        return sentence;
    }

    /// <summary>The language of what <see cref="Of"/> gives when it is not the page's: <c>en</c>, or null.</summary>
    internal static string? LanguageOf(string? sentence) =>
        Languages.Current == Languages.Spanish && Of(sentence) == sentence ? Languages.English : null;
}

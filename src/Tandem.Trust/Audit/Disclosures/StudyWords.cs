using Tandem.Kernel.Pages;

namespace Tandem.Trust.Audit;

/// <summary>What is said of research with so many people that statements sum it up.</summary>
internal static class StudyWords
{
    internal static readonly Phrase Title = new("Research with 50 people or more", "Investigación con 50 personas o más");
    internal static readonly Phrase Lead = new(
        "What was disclosed for one study of 50 or more people, without their authorisation (45 CFR 164.512(i)), is summed up on every patient's statement of that time (164.528(b)(4)). Who was among them is not said.",
        "Lo que se divulgó para un estudio con 50 personas o más, sin su autorización (45 CFR 164.512(i)), se resume en el informe de cada paciente de ese tiempo (164.528(b)(4)). No se dice quién estaba entre ellas.");
    internal static readonly Phrase OnStatement = new("Research that may have used this record", "Investigación que pudo usar este expediente");
    internal static readonly Phrase MayBe = new(
        "Information of this patient may or may not have been disclosed for this study. On request the privacy office helps to reach its sponsor and researcher.",
        "La información de este paciente puede haberse divulgado o no para este estudio. Si lo pide, la oficina de privacidad ayuda a contactar con su patrocinador e investigador.");
    internal static readonly Phrase None = new("No study is noted", "No hay estudios anotados");
    internal static readonly Phrase Name = new("Study", "Estudio");
    internal static readonly Phrase NameHint = new("The name of the protocol or activity.", "El nombre del protocolo o actividad.");
    internal static readonly Phrase About = new("What it is for, and how records were chosen", "Para qué es y cómo se eligieron los expedientes");
    internal static readonly Phrase AboutHint = new("In plain words: patients read it.", "En palabras sencillas: lo leen pacientes.");
    internal static readonly Phrase What = new("Which kind of information", "Qué clase de información");
    internal static readonly Phrase First = new("First day of disclosure", "Primer día de divulgación");
    internal static readonly Phrase Last = new("Last day", "Último día");
    internal static readonly Phrase When = new("When", "Cuándo");
    internal static readonly Phrase Days = new("{0} to {1}", "{0} a {1}");
    internal static readonly Phrase People = new("About how many people", "Cuántas personas, más o menos");
    internal static readonly Phrase PeopleHint = new("Fewer than 50 are noted on the statement of each.", "Menos de 50 se anotan en el informe de cada una.");
    internal static readonly Phrase Sponsor = new("Sponsor", "Patrocinador");
    internal static readonly Phrase Researcher = new("Researcher who received it", "Investigador que lo recibió");
    internal static readonly Phrase AddressOf = new("{0}: address", "{0}: dirección");
    internal static readonly Phrase PhoneOf = new("{0}: telephone", "{0}: teléfono");
    internal static readonly Phrase Contact = new("{0}, {1}, {2}", "{0}; {1}; {2}");
    internal static readonly Phrase NotedBy = new("Noted by {0}", "Anotado por {0}");
    internal static readonly Phrase Note = new("Note a study", "Anotar un estudio");
    internal static readonly Phrase Save = new("Note it", "Anotar");
    internal static readonly Phrase Saved = new("The study is noted, and stands on every statement of its time.", "El estudio está anotado y figura en cada informe de su tiempo.");
    internal static readonly Phrase TakeBack = new("Take back", "Retirar");
    internal static readonly Phrase TakenBack = new("The study is taken back. It is kept, and stands on no statement any more.", "El estudio está retirado. Se conserva y ya no figura en ningún informe.");
    internal static readonly Phrase IsTakenBack = new("Taken back by {0}", "Retirado por {0}");
    internal static readonly Phrase Summed = new("Summed up", "Resumido");
    internal static readonly Phrase NotYours = new("Noting studies is for privacy officers.", "Anotar estudios corresponde a responsables de privacidad.");
    internal static readonly Phrase NoStudy = new("There is no such study, or it is taken back already.", "No hay tal estudio, o ya está retirado.");
    internal static readonly Phrase Incomplete = new("Fill every field, each with at most 1000 characters: the law asks for all of them.", "Rellene todos los campos, con 1000 caracteres como máximo: la ley los pide todos.");
    internal static readonly Phrase DaysMissing = new("Give the first and the last day of disclosure, not later than today.", "Indique el primer y el último día de divulgación, no posteriores a hoy.");
    internal static readonly Phrase TooFew = new("Studies of fewer than 50 people are not summed up: note the disclosure on the statement of each.", "Los estudios con menos de 50 personas no se resumen: anote la divulgación en el informe de cada una.");
}

using Tandem.Kernel.Pages;

namespace Tandem.Care.Patients;

/// <summary>What pages say of amendments.</summary>
internal static class AmendmentWords
{
    internal static readonly Phrase Title = new("Amendments", "Enmiendas");
    internal static readonly Phrase Lead = new(
        "Requests to amend entries of this record, and what became of them. Nothing is erased: an amendment stands beside the entry.",
        "Solicitudes para enmendar entradas de este expediente y qué fue de ellas. Nada se borra: la enmienda queda junto a la entrada.");
    internal static readonly Phrase Back = new("Your record", "Su expediente");
    internal static readonly Phrase BackToPatient = new("The patient", "El paciente");
    internal static readonly Phrase AskLink = new("Something is wrong? Ask for an amendment", "¿Algo está mal? Pida una enmienda");
    internal static readonly Phrase Ask = new("Ask for an amendment", "Pedir una enmienda");
    internal static readonly Phrase AskText = new(
        "The privacy office answers within 60 days (45 CFR 164.526). If it does not agree, it says why, and you can add a statement of your own that is kept with the entry.",
        "La oficina de privacidad responde en 60 días (45 CFR 164.526). Si no está de acuerdo, dirá por qué, y usted podrá añadir una declaración propia que se conserva con la entrada.");
    internal static readonly Phrase Entry = new("Which entry", "Qué entrada");
    internal static readonly Phrase EntryOf = new("{0}: {1}", "{0}: {1}");
    internal static readonly Phrase Anything = new("Something else", "Otra cosa");
    internal static readonly Phrase What = new("What is wrong, and what should it say", "Qué está mal y qué debería decir");
    internal static readonly Phrase Why = new("Why", "Por qué");
    internal static readonly Phrase Send = new("Send the request", "Enviar la solicitud");
    internal static readonly Phrase Asked = new("Your request is with the privacy office.", "Su solicitud está en la oficina de privacidad.");
    internal static readonly Phrase AskedBy = new("Asked by", "Pedido por");
    internal static readonly Phrase Answer = new("Answer", "Respuesta");
    internal static readonly Phrase Waits = new("Waits for an answer", "Espera respuesta");
    internal static readonly Phrase DueBy = new("An answer is due", "La respuesta vence");
    internal static readonly Phrase Accepted = new("Accepted", "Aceptada");
    internal static readonly Phrase Denied = new("Denied", "Denegada");
    internal static readonly Phrase AnsweredBy = new("{0}, {1}", "{0}, {1}");
    internal static readonly Phrase AnsweredLabel = new("Answered by", "Respondida por");
    internal static readonly Phrase Outcome = new("The request is", "La solicitud queda");
    internal static readonly Phrase Basis = new("Ground of a denial", "Fundamento de una denegación");
    internal static readonly Phrase AnswerText = new("The amendment, or the reason in plain words", "La enmienda, o el motivo en palabras claras");
    internal static readonly Phrase Keep = new("Send the answer", "Enviar la respuesta");
    internal static readonly Phrase AnswerKept = new("The answer is kept beside the entry, and the patient can read it.", "La respuesta queda junto a la entrada y el paciente puede leerla.");
    internal static readonly Phrase Disagreement = new("The patient's statement of disagreement", "Declaración de desacuerdo del paciente");
    internal static readonly Phrase Disagree = new("Your statement of disagreement", "Su declaración de desacuerdo");
    internal static readonly Phrase DisagreeSend = new("Add the statement", "Añadir la declaración");
    internal static readonly Phrase DisagreementKept = new("Your statement is kept with the entry.", "Su declaración se conserva con la entrada.");
    internal static readonly Phrase Rights = new(
        "You may add a statement of disagreement here. Whether you do or not, your request and this answer stay with the entry and go along whenever it is shown. You may complain to the privacy office, or to the U.S. Department of Health and Human Services, Office for Civil Rights.",
        "Puede añadir aquí una declaración de desacuerdo. Lo haga o no, su solicitud y esta respuesta quedan con la entrada y la acompañan cuando se muestra. Puede quejarse ante la oficina de privacidad o ante el Departamento de Salud y Servicios Humanos de EE. UU., Oficina de Derechos Civiles.");
    internal static readonly Phrase Nothing = new("Nobody asked for an amendment", "Nadie pidió una enmienda");
    internal static readonly Phrase AmendedNote = new("Amendment: {0}", "Enmienda: {0}");
    internal static readonly Phrase DeniedNote = new("Amendment asked and denied: {0}", "Enmienda pedida y denegada: {0}");
    internal static readonly Phrase DisagreementNote = new("The patient disagrees: {0}", "El paciente no está de acuerdo: {0}");
    internal static readonly Phrase NotYours = new("There is no such record of yours here.", "Aquí no hay tal expediente suyo.");
    internal static readonly Phrase NotOfficer = new("Requests to amend are answered by privacy officers.", "Las solicitudes de enmienda las responden responsables de privacidad.");
    internal static readonly Phrase NoEntry = new("Choose an entry of this record.", "Elija una entrada de este expediente.");
    internal static readonly Phrase NoRequest = new("There is no such request, or it is not within your reach.", "No hay tal solicitud, o está fuera de su alcance.");
    internal static readonly Phrase TextMissing = new("Say it in your own words, each answer in at most {0} characters.", "Dígalo con sus palabras, cada respuesta en {0} caracteres como máximo.");
    internal static readonly Phrase TooMany = new("Twenty of your requests wait for an answer. Wait for one of them first.", "Veinte de sus solicitudes esperan respuesta. Espere primero una de ellas.");
    internal static readonly Phrase OutcomeMissing = new("Say whether the request is accepted or denied.", "Diga si la solicitud se acepta o se deniega.");
    internal static readonly Phrase BasisMissing = new("Say on what ground it is denied.", "Diga con qué fundamento se deniega.");
    internal static readonly Phrase AnsweredAlready = new("This request is answered already.", "Esta solicitud ya está respondida.");
    internal static readonly Phrase NothingToDisagree = new("A statement can be added once, to a request that was denied.", "Se puede añadir una declaración una vez, a una solicitud denegada.");

    internal static readonly Phrase Tell = new("Whom should we tell if it is accepted", "A quién debemos avisar si se acepta");
    internal static readonly Phrase TellHint = new(
        "Who received this entry and needs to know: one person or place on each line, with the address. By naming them you agree that we tell them.",
        "Quien recibió esta entrada y necesita saberlo: una persona o lugar por línea, con su dirección. Al nombrarlos, usted acepta que les avisemos.");
    internal static readonly Phrase TellMore = new("Whom else should we tell of it", "A quién más debemos avisar");
    internal static readonly Phrase TellSend = new("Name them", "Nombrarlos");
    internal static readonly Phrase NamesKept = new("The privacy office tells them.", "La oficina de privacidad les avisará.");
    internal static readonly Phrase TellOfficer = new("Who has to be told when it is accepted", "A quién hay que avisar si se acepta");
    internal static readonly Phrase TellOfficerHint = new(
        "One on each line: whom the patient names, and who is known to have the entry and may rely on it (45 CFR 164.526(c)(3)). Recipients of disclosures are listed; take away who does not have it.",
        "Uno por línea: a quien nombra el paciente y a quien se sabe que tiene la entrada y puede confiar en ella (45 CFR 164.526(c)(3)). Se enumeran los destinatarios de divulgaciones; quite a quien no la tenga.");
    internal static readonly Phrase ToTell = new("To be told", "A quién avisar");
    internal static readonly Phrase NotToldYet = new("not told yet", "aún sin avisar");
    internal static readonly Phrase ToldBy = new("told: {0}, {1}, {2}", "avisado: {0}, {1}, {2}");
    internal static readonly Phrase NoticeTo = new("Notice to {0}", "Aviso a {0}");
    internal static readonly Phrase NoticeTitle = new("Notice of an amendment", "Aviso de una enmienda");
    internal static readonly Phrase NoticeHint = new("Print this page and send it, then note on the page of amendments how it went.", "Imprima y envíe esta página, y luego anote en la página de enmiendas cómo se hizo.");
    internal static readonly Phrase NoticeText = new(
        "The record of {0} was amended (45 CFR 164.526). The entry concerned is: {1}. The amendment was accepted on {2}.", "El expediente de {0} se enmendó (45 CFR 164.526). La entrada es: {1}. La enmienda se aceptó el {2}.");
    internal static readonly Phrase Born = new("Born", "Fecha de nacimiento");
    internal static readonly Phrase NoticeAmendment = new("The amendment", "La enmienda");
    internal static readonly Phrase NoticeFrom = new("From", "De");
    internal static readonly Phrase NoticeDo = new(
        "You have, or may have, the entry as it was. Please amend your copy, or link this notice to it (164.526(e)), and do not rely on the entry as it was.",
        "Usted tiene o puede tener la entrada como era. Enmiende su copia o vincule a ella este aviso (164.526(e)), y no se base en la entrada como era.");
    internal static readonly Phrase Way = new("They were told by", "Se les avisó por");
    internal static readonly Phrase WayNote = new("Note, such as why they could not be reached", "Nota, por ejemplo por qué no se les pudo localizar");
    internal static readonly Phrase KeepTold = new("Note that they were told", "Anotar el aviso");
    internal static readonly Phrase NoticeKept = new("It is noted.", "Está anotado.");
    internal static readonly Phrase ToldAlready = new("It is noted already that they were told.", "Ya está anotado que se les avisó.");
    internal static readonly Phrase WayMissing = new("Say how they were told; of somebody who could not be reached also why, in at most 300 characters.", "Diga cómo se les avisó; de quien no se pudo localizar también por qué, en 300 caracteres como máximo.");
    internal static readonly Phrase TooManyNames = new("Name one to {0} people, one on each line, each in at most {1} characters.", "Nombre de una a {0} personas, una por línea, en {1} caracteres como máximo cada una.");

    private static readonly Dictionary<string, Phrase> Ways = new(StringComparer.Ordinal)
    {
        ["mail"] = new("mail", "correo"), ["fax"] = new("fax message", "fax"), ["telephone"] = new("telephone", "teléfono"), ["electronic"] = new("electronic message", "mensaje electrónico"),
        ["in-person"] = new("in person", "en persona"), ["not-reached"] = new("could not be reached", "no se pudo localizar"),
    };

    private static readonly Dictionary<string, Phrase> Bases = new(StringComparer.Ordinal)
    {
        ["accurate-and-complete"] = new("The entry is accurate and complete", "La entrada es exacta y completa"),
        ["not-created-here"] = new("The entry was made by somebody else, who can be asked", "La entrada la hizo otro, a quien se le puede pedir"),
        ["not-in-designated-record-set"] = new("The entry is not part of the records that care is decided by", "La entrada no forma parte de los expedientes con que se decide la atención"),
        ["not-open-to-inspection"] = new("The entry is not open to inspection by law", "La ley no permite inspeccionar la entrada"),
    };

    /// <summary>The words of a way to tell somebody.</summary>
    internal static string WayOf(string code) => Ways.TryGetValue(code, out var phrase) ? phrase : code;

    /// <summary>The words of a ground.</summary>
    internal static string BasisOf(string code) => Bases.TryGetValue(code, out var phrase) ? phrase : code;
}

using Tandem.Kernel.Pages;
using Tandem.Trust.People;
using Tandem.Trust.SignIn;

namespace Tandem.Trust.Audit;

/// <summary>What the pages of the access log say.</summary>
internal static class AuditWords
{
    internal static readonly Phrase Title = new("Access log", "Registro de accesos");
    internal static readonly Phrase Lead = new("Who read, changed, exported or was refused what. Looking here is on it too.", "Quién leyó, cambió o exportó qué, y a quién se le negó. Consultarlo también queda registrado.");
    internal static readonly Phrase NotForYou = new("The access log is not within your reach", "El registro de accesos está fuera de su alcance");
    internal static readonly Phrase NotForYouWhy = new("It is for privacy officers.", "Es para responsables de privacidad.");
    internal static readonly Phrase NotForYouDo = new("Ask your administrator for the role if it is part of your work.", "Pida el rol a su administrador si es parte de su trabajo.");
    internal static readonly Phrase Views = new("Views of the access log", "Vistas del registro de accesos");
    internal static readonly Phrase All = new("All", "Todo");
    internal static readonly Phrase Refused = new("Refused", "Negado");
    internal static readonly Phrase BreakGlass = new("Break-glass", "Acceso de emergencia");
    internal static readonly Phrase Disclosures = new("Disclosures and exports", "Divulgaciones y exportaciones");
    internal static readonly Phrase SignIns = new("Sign-ins", "Inicios de sesión");
    internal static readonly Phrase Apps = new("Apps", "Aplicaciones");
    internal static readonly Phrase Permissions = new("Permissions", "Permisos");
    internal static readonly Phrase Changes = new("Changes", "Cambios");
    internal static readonly Phrase Unusual = new("Unusual", "Inusual");
    internal static readonly Phrase Patient = new("Whose record", "De quién");
    internal static readonly Phrase PatientHint = new("Name, birth date (1970-05-31), number or id.", "Nombre, fecha de nacimiento (1970-05-31), número o id.");
    internal static readonly Phrase Person = new("Who looked", "Quién consultó");
    internal static readonly Phrase PersonHint = new("Name or sign-in name; for a system, Device/lab.", "Nombre o nombre de usuario; para un sistema, Device/lab.");
    internal static readonly Phrase When = new("When", "Cuándo");
    internal static readonly Phrase Who = new("Who", "Quién");
    internal static readonly Phrase What = new("What", "Qué");
    internal static readonly Phrase Whose = new("Whose record", "De quién");
    internal static readonly Phrase Several = new("{0} patients", "{0} pacientes");
    internal static readonly Phrase Why = new("Purpose", "Finalidad");
    internal static readonly Phrase From = new("From", "Desde");
    internal static readonly Phrase Nobody = new("Nobody signed in", "Nadie con sesión");
    internal static readonly Phrase Nothing = new("No event is like this", "Ningún evento es así");
    internal static readonly Phrase NothingWhy = new("Nothing of the kind has happened, or a filter is too narrow.", "No ha ocurrido nada así, o un filtro es demasiado estrecho.");
    internal static readonly Phrase Newest = new("Newest first, {0} shown.", "Lo más reciente primero; se muestran {0}.");
    internal static readonly Phrase Export = new("Export (FHIR)", "Exportar (FHIR)");
    internal static readonly Phrase Deny = new("refused", "negado");
    internal static readonly Phrase InRole = new("{0}, {1}", "{0}, {1}");
    internal static readonly Phrase ForPatient = new("patient {0}", "paciente {0}");
    internal static readonly Phrase ByPerson = new("by {0}", "por {0}");
    internal static readonly Phrase UnusualLead = new(
        "The last seven days. None of this is proof of anything: each line has an innocent explanation too. Ask before you judge.",
        "Los últimos siete días. Nada de esto prueba nada: cada línea tiene también una explicación inocente. Pregunte antes de juzgar.");
    internal static readonly Phrase UnusualCut = new("More people read more records than were looked through; narrow by person.", "Hubo más accesos de los que se revisaron; acote por persona.");
    internal static readonly Phrase NothingUnusual = new("Nothing unusual in the last seven days", "Nada inusual en los últimos siete días");
    internal static readonly Phrase NothingUnusualWhy = new(
        "Nobody read a record of the same surname or address, of a colleague, a very restricted one, or {0} records in a day.",
        "Nadie leyó un expediente del mismo apellido o domicilio, de un colega, muy restringido, ni {0} expedientes en un día.");
    internal static readonly Phrase Reason = new("Why it stands here", "Por qué está aquí");
    internal static readonly Phrase Times = new("How often", "Cuántas veces");
    internal static readonly Phrase Many = new("{0} records in a day", "{0} expedientes en un día");
    internal static readonly Phrase Surname = new("Same surname as the patient", "Mismo apellido que el paciente");
    internal static readonly Phrase Address = new("Same address as the patient", "Mismo domicilio que el paciente");
    internal static readonly Phrase Colleague = new("The patient works here", "El paciente trabaja aquí");
    internal static readonly Phrase Restricted = new("Very restricted record", "Expediente muy restringido");
    internal static readonly Phrase SeenTitle = new("Who looked at this record", "Quién consultó este expediente");
    internal static readonly Phrase SeenLead = new(
        "Everybody who opened, changed or sent any part of it, the latest first. Ask the privacy office about anything you did not expect.",
        "Todas las personas que abrieron, cambiaron o enviaron alguna parte, lo más reciente primero. Pregunte a la oficina de privacidad por lo que no esperaba.");
    internal static readonly Phrase SeenAll = new("All who looked", "Todas las consultas");
    internal static readonly Phrase SeenNothing = new("Nobody has looked yet", "Nadie lo ha consultado aún");
    internal static readonly Phrase SeenNothingWhy = new("When somebody does, it stands here at once.", "Cuando alguien lo haga, aparecerá aquí de inmediato.");

    private static readonly Dictionary<string, Phrase> Interactions = new(StringComparer.Ordinal)
    {
        ["read"] = new("Read", "Leyó"), ["vread"] = new("Read an older version", "Leyó una versión anterior"), ["page"] = new("Opened a page", "Abrió una página"),
        ["act"] = new("Did something on a page", "Hizo algo en una página"), ["search-type"] = new("Searched", "Buscó"), ["search-system"] = new("Searched", "Buscó"),
        ["create"] = new("Made", "Creó"), ["update"] = new("Changed", "Cambió"), ["patch"] = new("Changed", "Cambió"), ["delete"] = new("Deleted", "Eliminó"),
        ["history-instance"] = new("Read the history", "Leyó el historial"), ["history-type"] = new("Read the history", "Leyó el historial"), ["history-system"] = new("Read the history", "Leyó el historial"),
        ["batch"] = new("Sent a bundle", "Envió un paquete"), ["operation"] = new("Ran an operation", "Ejecutó una operación"), ["export"] = new("Exported in bulk", "Exportó en bloque"), ["import"] = new("Imported in bulk", "Importó en bloque"),
        ["download"] = new("Fetched an exported file", "Descargó un archivo exportado"), ["notification"] = new("Was notified", "Recibió una notificación"),
        ["login"] = new("Signed in", "Inició sesión"), ["logout"] = new("Signed out", "Cerró sesión"), ["capabilities"] = new("Read the capabilities", "Leyó las capacidades"),
    };

    private static readonly Dictionary<string, Phrase> Purposes = new(StringComparer.Ordinal)
    {
        ["TREAT"] = new("Treatment", "Tratamiento"), ["HOPERAT"] = new("Operations", "Operaciones"), ["HPAYMT"] = new("Payment", "Pago"), ["COVERAGE"] = new("Coverage", "Cobertura"),
        ["PATRQT"] = new("Asked by the patient", "Pedido por el paciente"), ["HRESCH"] = new("Research", "Investigación"), ["HQUALIMP"] = new("Quality", "Calidad"),
        ["HCOMPL"] = new("Privacy and compliance", "Privacidad y cumplimiento"), ["HSYSADMIN"] = new("Running the hub", "Administración del sistema"),
        ["BTG"] = new("Emergency (break-glass)", "Emergencia"), ["ETREAT"] = new("Emergency", "Emergencia"),
    };

    /// <summary>What was done, in a word or two.</summary>
    internal static string Did(AuditRow row)
    {
        var name = (Interactions.TryGetValue(row.Event.Interaction, out var phrase) || ActWords.All.TryGetValue(row.Event.Interaction, out phrase)) ? phrase.ToString() : row.Event.Interaction;
        return row.Event.Outcome == 0 ? name : $"{name} ({Deny})";
    }

    /// <summary>Who did it, in which role; an app or a service has none. What was kept without a name is of somebody who works here, or stays a reference.</summary>
    internal static string By(string actor, AuditDetail detail, Tandem.Record.Log.RecordStore record)
    {
        var name = detail.Name.Length > 0 ? detail.Name : ReachedNames.OfActor(record, actor);
        return detail.Role.Length > 0 ? InRole.With(name, SignInWords.Role(detail.Role)) : name;
    }

    /// <summary>For which purpose.</summary>
    internal static string PurposeOf(string code) => Purposes.TryGetValue(code, out var phrase) ? phrase : code;

    /// <summary>Why a finding stands on the list.</summary>
    internal static string ReasonOf(UnusualFinding finding) => finding.Reason switch
    {
        UnusualReason.ManyCharts => Many.With(finding.Count),
        UnusualReason.SameSurname => Surname,
        UnusualReason.SameAddress => Address,
        UnusualReason.Colleague => Colleague,
        _ => Restricted,
    };
}

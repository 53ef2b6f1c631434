using Tandem.Kernel.Pages;

namespace Tandem.Trust.Audit;

/// <summary>What the pages of the hub are called on the access log, by the beginnings of their paths: an address with ids says little to a reader.</summary>
internal static class PageNames
{
    internal static readonly Phrase Emergencies = new("Emergency openings", "Aperturas de emergencia");
    internal static readonly Phrase TryPolicy = new("Try a policy", "Probar una política");

    private static readonly (string[] Path, Phrase Name)[] All =
    [
        (["my-record"], new("Own record", "Expediente propio")),
        (["worklist"], new("Worklist", "Pendientes")),
        (["loops", "*"], new("Open item", "Pendiente")),
        (["patients", "*", "results"], new("A patient's results over time", "Resultados de un paciente en el tiempo")),
        (["patients", "*", "seen"], new("Who looked at a record", "Quién consultó un expediente")),
        (["patients", "*", "disclosures"], new("Accounting of a patient's disclosures", "Informe de divulgaciones de un paciente")),
        (["patients", "*", "amendments"], new("Amendments of a patient's record", "Enmiendas del expediente de un paciente")),
        (["patients", "*"], new("A patient's page", "Página de un paciente")),
        (["patients"], new("Patients", "Pacientes")),
        (["feeds", "quarantine"], new("Messages that wait for repair", "Mensajes por corregir")),
        (["feeds", "messages"], new("A message as it came", "Un mensaje como llegó")),
        (["feeds"], new("Feeds", "Fuentes")),
        (["audit", "retention"], new("Retention and holds", "Conservación y retenciones")),
        (["audit", "studies"], StudyWords.Title),
        (["audit", "export"], new("Export of the access log", "Exportación del registro de accesos")),
        (["audit"], new("Access log", "Registro de accesos")),
        (["access", "emergencies"], Emergencies),
        (["access", "try"], TryPolicy),
        (["access", "patients", "*", "accounts"], new("Accounts for a record", "Cuentas para un expediente")),
        (["access", "patients"], new("Access to a record", "Acceso a un expediente")),
        (["people"], new("People", "Personas")),
        (["organizations"], new("Organisations", "Organizaciones")),
        (["teams"], new("Teams", "Equipos")),
        (["apps"], new("Apps and services", "Aplicaciones y servicios")),
        (["connected-apps"], new("Connected apps", "Aplicaciones conectadas")),
        (["account"], new("Own account", "Cuenta propia")),
    ];

    /// <summary>The name of the page of an address on the log (<c>GET /patients/123</c>); null for one that has none.</summary>
    internal static Phrase? Of(string address)
    {
        var parts = address[(address.IndexOf('/', StringComparison.Ordinal) + 1)..].Split('/', StringSplitOptions.RemoveEmptyEntries);
        return All.FirstOrDefault(page => page.Path.Length <= parts.Length && page.Path.Zip(parts).All(pair => pair.First is "*" || pair.First == pair.Second)).Name;
    }
}

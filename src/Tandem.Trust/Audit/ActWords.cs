using Tandem.Kernel.Pages;

namespace Tandem.Trust.Audit;

/// <summary>What was done beside the patients' records, in a few words.</summary>
internal static class ActWords
{
    internal static readonly IReadOnlyDictionary<string, Phrase> All = new Dictionary<string, Phrase>(StringComparer.Ordinal)
    {
        ["command"] = new("Ran a command on the machine", "Ejecutó un comando en el equipo"),
        ["record-deidentified"] = new("Wrote the record without identities", "Escribió los expedientes sin identidades"), ["record-resealed"] = new("Closed the record's secrets anew", "Volvió a cerrar los secretos de los expedientes"),
        ["definitions-loaded"] = new("Loaded profiles and terminology", "Cargó perfiles y terminología"),
        ["hold-placed"] = new("Placed a legal hold", "Estableció una retención legal"), ["hold-ended"] = new("Lifted a legal hold", "Levantó una retención legal"),
        ["retention-rule-set"] = new("Set how long something is kept", "Estableció cuánto tiempo se conserva algo"), ["retention-rule-withdrawn"] = new("Took back a rule of retention", "Retiró una regla de conservación"),
        ["policy-written"] = new("Changed what a role may see", "Cambió lo que un rol puede ver"),
        ["retention-removed"] = new("Removed what was kept for its time", "Eliminó lo que se guardó durante su plazo"),
        ["disclosure-noted"] = new("Noted a disclosure made outside of the hub", "Anotó una divulgación hecha fuera del sistema"), ["disclosure-taken-back"] = new("Took back a noted disclosure", "Retiró una divulgación anotada"),
        ["disclosures-suspended"] = new("Held back disclosures at the request of an agency", "Reservó divulgaciones a petición de una autoridad"), ["disclosures-resumed"] = new("Ended the holding back of disclosures", "Terminó la reserva de divulgaciones"),
        ["study-noted"] = new("Noted research that statements sum up", "Anotó una investigación que los informes resumen"), ["study-taken-back"] = new("Took back noted research", "Retiró una investigación anotada"),
        ["disclosures-given"] = new("Handed out the accounting of disclosures", "Entregó el informe de divulgaciones"),
        ["oauth"] = new("An app asked for access", "Una aplicación pidió acceso"), ["first-factor"] = new("Gave the first proof of who they are", "Dio la primera prueba de quién es"),
        ["rate-exceeded"] = new("Asked for too much", "Pidió demasiado"),
        ["session-revoked"] = new("Ended a session", "Cerró una sesión"), ["role-chosen"] = new("Changed to another role", "Cambió de rol"),
        ["confirmed"] = new("Proved again who they are", "Volvió a probar quién es"), ["passkey-added"] = new("Added a passkey", "Añadió una llave de acceso"),
        ["passkey-removed"] = new("Removed a passkey", "Quitó una llave de acceso"), ["password-set"] = new("Set a password", "Estableció una contraseña"),
        ["password-removed"] = new("Removed a password", "Quitó una contraseña"), ["codes-set-up"] = new("Set up one-time codes", "Configuró códigos de un solo uso"),
        ["recovery-codes-made"] = new("Made recovery codes", "Creó códigos de recuperación"), ["recovery-code-used"] = new("Used a recovery code", "Usó un código de recuperación"),
        ["link-made"] = new("Made a sign-in link", "Creó un enlace de acceso"), ["set-up"] = new("Set up the hub", "Configuró el sistema"),
        ["account-saved"] = new("Saved an account", "Guardó una cuenta"), ["account-closed"] = new("Closed an account", "Cerró una cuenta"),
        ["role-given"] = new("Gave a role", "Dio un rol"), ["role-taken"] = new("Took a role", "Quitó un rol"),
        ["provisioning-changed"] = new("Changed provisioning", "Cambió el aprovisionamiento"), ["app-registered"] = new("Registered an app", "Registró una aplicación"),
        ["app-approved"] = new("Approved an app", "Aprobó una aplicación"), ["app-declined"] = new("Declined an app", "Rechazó una aplicación"),
        ["app-disabled"] = new("Disabled an app", "Desactivó una aplicación"), ["app-connected"] = new("Connected an app", "Conectó una aplicación"),
        ["token-issued"] = new("Was given a token", "Recibió un token"), ["token-reused"] = new("Used a token or code twice", "Usó dos veces un token o código"),
        ["token-ended"] = new("Gave a token back", "Devolvió un token"), ["grant-ended"] = new("Ended an app's access", "Terminó el acceso de una aplicación"),
        ["grant-narrowed"] = new("Took back a part of an app's access", "Retiró una parte del acceso de una aplicación"),
        ["signing-key-made"] = new("Made a signing key", "Creó una clave de firma"), ["emergency-opened"] = new("Opened the record in an emergency", "Abrió el expediente en una emergencia"),
        ["undecided-dismissed"] = new("Found that nothing follows from a result", "Indicó que no se deriva nada de un resultado"),
        ["undecided-restored"] = new("Put a dismissed result back", "Devolvió a la lista un resultado descartado"),
        ["portal-opened"] = new("Let the patient or a representative in", "Dio acceso a la persona o a un representante"), ["portal-ended"] = new("Ended somebody's access to the record", "Terminó el acceso de alguien al expediente"),
        ["emergency-reviewed"] = new("Reviewed an emergency access", "Revisó un acceso de emergencia"),
    };
}

using Tandem.Record.Validation;
using Tandem.Kernel.Pages;

namespace Tandem.Trust.Smart;

/// <summary>What the pages of apps say.</summary>
internal static class AppsWords
{
    internal static readonly Phrase Connected = new("Connected apps", "Aplicaciones conectadas");
    internal static readonly Phrase ConnectedLead = new(
        "Apps that you allowed to act for you. You can take back each single thing, or disconnect the app; both work at once. To allow more, the app has to ask you again.", "Aplicaciones a las que permitió actuar por usted. Puede retirar cada permiso o desconectar la aplicación; ambas cosas tienen efecto de inmediato. Para permitir más, la aplicación tiene que volver a pedírselo.");
    internal static readonly Phrase NoneConnected = new("No app is connected", "No hay aplicaciones conectadas");
    internal static readonly Phrase NoneConnectedText = new(
        "When you connect one, it stands here until you disconnect it.", "Cuando conecte una, aparecerá aquí hasta que la desconecte.");
    internal static readonly Phrase App = new("App", "Aplicación");
    internal static readonly Phrase MaySee = new("What it may do", "Qué puede hacer");
    internal static readonly Phrase Since = new("Connected", "Conectada");
    internal static readonly Phrase LastUsed = new("Last used", "Último uso");
    internal static readonly Phrase Until = new("Ends", "Termina");
    internal static readonly Phrase Acts = new("Actions", "Acciones");
    internal static readonly Phrase Disconnect = new("Disconnect {0}", "Desconectar {0}");
    internal static readonly Phrase Disconnected = new("The app is disconnected. It sees nothing any more.", "La aplicación está desconectada. Ya no ve nada.");
    internal static readonly Phrase TakeBack = new("Take back from {0}: {1}", "Retirar a {0}: {1}");
    internal static readonly Phrase TakeBackShort = new("Take back", "Retirar");
    internal static readonly Phrase Narrowed = new("Taken back. The app may not do this any more.", "Retirado. La aplicación ya no puede hacerlo.");
    internal static readonly Phrase NotYours = new("This app is not among yours any more.", "Esta aplicación ya no está entre las suyas.");
    internal static readonly Phrase Registered = new("Apps and services", "Aplicaciones y servicios");
    internal static readonly Phrase RegisteredLead = new(
        "What is registered here. Only approved ones are given anything.", "Lo que está registrado aquí. Solo lo aprobado recibe algo.");
    internal static readonly Phrase NoneRegistered = new("Nothing is registered", "No hay nada registrado");
    internal static readonly Phrase NoneRegisteredText = new(
        "Apps register themselves and wait here for your approval, or you register them.", "Las aplicaciones se registran y esperan aquí su aprobación, o usted las registra.");
    internal static readonly Phrase Register = new("Register an app", "Registrar una aplicación");
    internal static readonly Phrase Rules = new("When what it writes breaks a rule or profile of FHIR", "Si lo que escribe incumple una regla o un perfil de FHIR");
    internal static readonly Phrase RulesOwn = new("Set for this app (Validation:Clients).", "Configurado para esta aplicación (Validation:Clients).");
    internal static readonly Phrase RulesOfAll = new(
        "As for every app without a setting of its own (Validation:Rest); what is set for its source goes before.", "Como para toda aplicación sin ajuste propio (Validation:Rest); lo configurado para su origen tiene prioridad.");
    internal static readonly Phrase Status = new("State", "Estado");
    internal static readonly Phrase Kind = new("Kind", "Tipo");
    internal static readonly Phrase KindPeople = new("App for people", "Aplicación para personas");
    internal static readonly Phrase KindService = new("Service", "Servicio");
    internal static readonly Phrase Pending = new("Waits for approval", "Espera aprobación");
    internal static readonly Phrase Approved = new("Approved", "Aprobada");
    internal static readonly Phrase Declined = new("Declined", "Rechazada");
    internal static readonly Phrase Disabled = new("Disabled", "Desactivada");
    internal static readonly Phrase Approve = new("Approve", "Aprobar");
    internal static readonly Phrase Decline = new("Decline", "Rechazar");
    internal static readonly Phrase Disable = new("Disable", "Desactivar");
    internal static readonly Phrase DisableHint = new(
        "Disabling ends everything that people granted it, at once.", "Desactivarla termina de inmediato todo lo que las personas le permitieron.");
    internal static readonly Phrase ClientId = new("Client id", "Identificador (client id)");
    internal static readonly Phrase Redirects = new("Redirect addresses", "Direcciones de retorno");
    internal static readonly Phrase RedirectsHint = new("One per line, exactly as the app sends them.", "Una por línea, exactamente como las envía la aplicación.");
    internal static readonly Phrase Scopes = new("Scopes", "Permisos (scopes)");
    internal static readonly Phrase ScopesHint = new("The most it may ask for, with spaces between: launch/patient patient/*.rs openid fhirUser", "Lo máximo que puede pedir, separado por espacios: launch/patient patient/*.rs openid fhirUser");
    internal static readonly Phrase Method = new("How it proves itself", "Cómo se identifica");
    internal static readonly Phrase MethodNone = new("Not at all (app on a phone or in a browser)", "No se identifica (aplicación en teléfono o navegador)");
    internal static readonly Phrase MethodBasic = new("A shared secret", "Un secreto compartido");
    internal static readonly Phrase MethodKey = new("Its own key (private_key_jwt)", "Su propia llave (private_key_jwt)");
    internal static readonly Phrase KeysAt = new("Address of its public keys", "Dirección de sus llaves públicas");
    internal static readonly Phrase KeysAtHint = new("Only for its own key.", "Solo para llave propia.");
    internal static readonly Phrase LaunchAt = new("Launch address", "Dirección de inicio");
    internal static readonly Phrase LaunchAtHint = new("Where it begins when it is opened from a patient's page.", "Dónde comienza cuando se abre desde la página de un paciente.");
    internal static readonly Phrase PageAbout = new("Page about it", "Página informativa");
    internal static readonly Phrase Name = new("Name", "Nombre");
    internal static readonly Phrase Contacts = new("Contacts", "Contactos");
    internal static readonly Phrase CreatedAt = new("Registered", "Registrada");
    internal static readonly Phrase Secret = new("Secret", "Secreto");
    internal static readonly Phrase SecretOnce = new("This is shown once. Give it to the app's makers by a safe way.", "Se muestra una sola vez. Entréguelo a los autores de la aplicación por una vía segura.");
    internal static readonly Phrase RoleOfService = new("Role in which it works", "Función con la que trabaja");
    internal static readonly Phrase OrganizationOfService = new("Organisation for which it works", "Organización para la que trabaja");
    internal static readonly Phrase OrganizationHint = new(
        "A reference such as Organization/example: the service reaches the patients whom it or those below it treat or have registered. Empty for the region: it reaches everybody.",
        "Una referencia como Organization/example: el servicio alcanza a los pacientes que esta, o las que dependen de ella, atienden o tienen registrados. Vacío para la región: alcanza a todos.");
    internal static readonly Phrase KeysTitle = new("Signing keys of this hub", "Llaves de firma de este sistema");
    internal static readonly Phrase KeysText = new(
        "A new key takes over by itself every {0} days. Rotate now if the present one may be known to others.", "Una llave nueva entra por sí sola cada {0} días. Cámbiela ahora si otros pueden conocer la actual.");
    internal static readonly Phrase RotateKeys = new("Make a new key", "Crear una llave nueva");
    internal static readonly Phrase KeysRotated = new("A new key is published and signs in a quarter of an hour.", "Una llave nueva está publicada y firmará en un cuarto de hora.");
    internal static readonly Phrase Saved = new("Saved.", "Guardado.");
    internal static readonly Phrase ToApps = new("Apps and services", "Aplicaciones y servicios");
    internal static readonly Phrase NotYoursToManage = new("Apps are managed by administrators", "La administración gestiona las aplicaciones");
    internal static readonly Phrase NotFound = new("This app is not registered", "Esta aplicación no está registrada");

    internal static string StatusOf(string status) => status switch
    {
        "pending" => Pending,
        "approved" => Approved,
        "declined" => Declined,
        _ => Disabled,
    };

    internal static Tone ToneOf(string status) => status switch
    {
        "pending" => Tone.Caution,
        "approved" => Tone.Done,
        _ => Tone.Neutral,
    };

    /// <summary>What becomes of what an app writes.</summary>
    internal static string RulesOf(ValidationMode mode) => mode switch
    {
        ValidationMode.Off => new Phrase("Do not look", "No comprobar"),
        ValidationMode.Tell => new Phrase("Take it and tell the app when it asks", "Aceptarlo y avisar a la aplicación si lo pide"),
        ValidationMode.Warn => new Phrase("Take it and keep notes", "Aceptarlo y guardar avisos"),
        _ => new Phrase("Refuse it", "Rechazarlo"),
    };
}

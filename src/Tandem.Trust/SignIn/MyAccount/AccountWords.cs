using Tandem.Kernel.Pages;

namespace Tandem.Trust.SignIn.MyAccount;

/// <summary>What a person's own account page says.</summary>
internal static class AccountWords
{
    internal static readonly Phrase Title = new("My account", "Mi cuenta");
    internal static readonly Phrase NoAccount = new("Nobody is signed in", "Nadie ha entrado");
    internal static readonly Phrase NoAccountText = new("This hub is open, so there is no account to show.", "Este sistema está abierto, así que no hay cuenta que mostrar.");
    internal static readonly Phrase WholeRegion = new("whole region", "toda la región");
    internal static readonly Phrase ActAs = new("Your roles", "Sus roles");
    internal static readonly Phrase ActAsText = new("You act in one role at a time. What you see follows from it.", "Actúa en un rol a la vez. De él depende lo que ve.");
    internal static readonly Phrase Choose = new("Act as {0}, {1}", "Actuar como {0}, {1}");
    internal static readonly Phrase Now = new("Now", "Ahora");
    internal static readonly Phrase NoPasskeys = new(
        "You have none yet. A passkey is safer than a password and quicker: your device asks for your finger, face or PIN.",
        "Aún no tiene ninguna. Una llave de acceso es más segura que una contraseña y más rápida: su equipo pide su huella, su cara o su PIN.");
    internal static readonly Phrase Added = new("Added", "Añadida");
    internal static readonly Phrase Used = new("used", "usada");
    internal static readonly Phrase NeverUsed = new("never used", "nunca usada");
    internal static readonly Phrase Synced = new("on all your devices of this maker", "en todos sus equipos de este fabricante");
    internal static readonly Phrase OnOneDevice = new("on one device", "en un solo equipo");
    internal static readonly Phrase ShortKey = new(
        "Its key is shorter than is taken now (RSA of {0} bits). It still works: add another passkey, then remove this one.",
        "Su clave es más corta de lo que se acepta ahora (RSA de {0} bits). Aún funciona: añada otra llave y después quite esta.");
    internal static readonly Phrase NewName = new("New name for {0}", "Nuevo nombre para {0}");
    internal static readonly Phrase Rename = new("Rename", "Renombrar");
    internal static readonly Phrase Remove = new("Remove {0}", "Quitar {0}");
    internal static readonly Phrase PasskeyName = new("Name of the new passkey", "Nombre de la nueva llave");
    internal static readonly Phrase PasskeyNameHint = new("Such as “work laptop”.", "Por ejemplo, «portátil del trabajo».");
    internal static readonly Phrase ConfirmToAdd = new("Confirm who you are to add one", "Confirme quién es para añadir una");
    internal static readonly Phrase PasswordAndCodes = new("Password and codes", "Contraseña y códigos");
    internal static readonly Phrase PasswordSet = new("Password set", "Contraseña creada");
    internal static readonly Phrase RecoveryLeft = new("Recovery codes left", "Códigos de recuperación disponibles");
    internal static readonly Phrase ChangePassword = new("Change the password", "Cambiar la contraseña");
    internal static readonly Phrase NewRecovery = new("Make new recovery codes", "Crear nuevos códigos de recuperación");
    internal static readonly Phrase NewRecoveryText = new("Your old recovery codes stop working.", "Los códigos anteriores dejan de servir.");
    internal static readonly Phrase RemovePassword = new("Remove password and codes", "Quitar contraseña y códigos");
    internal static readonly Phrase NoPassword = new(
        "You have no password. With two passkeys on different devices you do not need one.", "No tiene contraseña. Con dos llaves en equipos distintos no la necesita.");
    internal static readonly Phrase Sessions = new("Where you are signed in", "Dónde ha entrado");
    internal static readonly Phrase SessionsText = new(
        "If you do not know one of these, end it and tell your administrator.", "Si no reconoce alguna, ciérrela y avise a su administrador.");
    internal static readonly Phrase UnknownDevice = new("Unknown device", "Equipo desconocido");
    internal static readonly Phrase ThisOne = new("This one", "Esta");
    internal static readonly Phrase Begun = new("begun", "iniciada");
    internal static readonly Phrase Seen = new("last used", "último uso");
    internal static readonly Phrase End = new("End this session", "Cerrar esta sesión");
    internal static readonly Phrase EndOthers = new("End all others", "Cerrar todas las demás");
    internal static readonly Phrase SessionsEnded = new("Ended. It has no effect on what you do here.", "Cerrada. No afecta a lo que hace aquí.");
    internal static readonly Phrase RoleChosen = new("You act in another role now.", "Ahora actúa en otro rol.");
    internal static readonly Phrase PasskeyAdded = new("The passkey was added.", "Se añadió la llave de acceso.");
    internal static readonly Phrase PasskeyRenamed = new("The passkey was renamed.", "Se cambió el nombre de la llave.");
    internal static readonly Phrase PasskeyRemoved = new("The passkey was removed. Remove it on your device too.", "Se quitó la llave. Quítela también de su equipo.");
    internal static readonly Phrase PasswordChanged = new("The password was changed. Your other sessions have ended.", "Se cambió la contraseña. Sus otras sesiones se cerraron.");
    internal static readonly Phrase PasswordRemoved = new("Password and codes were removed.", "Se quitaron la contraseña y los códigos.");
    internal static readonly Phrase ConfirmTitle = new("Confirm who you are", "Confirme quién es");
    internal static readonly Phrase ConfirmText = new(
        "You are about to change something that matters for safety. Sign in once more; it holds for 15 minutes.",
        "Va a cambiar algo importante para la seguridad. Identifíquese otra vez; vale por 15 minutos.");
    internal static readonly Phrase ConfirmWithPasskey = new("Confirm with a passkey", "Confirmar con una llave de acceso");
}

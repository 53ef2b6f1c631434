using Tandem.Kernel.Pages;

namespace Tandem.Trust.People;

/// <summary>What the pages of people say.</summary>
public static class PeopleWords
{
    internal static readonly Phrase People = new("People", "Personas");
    internal static readonly Phrase EndedAccess = new("Access that ended", "Accesos que terminaron");
    internal static readonly Phrase EndedAccessLead = new(
        "In the last 30 days, in any organisation, of people who have or had to do with yours. End what they still have in your own systems.",
        "En los últimos 30 días, en cualquier organización, de personas que tienen o tuvieron que ver con la suya. Termine lo que aún tengan en sus propios sistemas.");
    internal static readonly Phrase WholeAccount = new("The account was closed", "La cuenta se cerró");
    internal static readonly Phrase RoleAt = new("{0}, {1}", "{0}, {1}");
    internal static readonly Phrase Lead = new("Accounts of your organisation and of those below it.", "Cuentas de su organización y de las que están debajo.");
    internal static readonly Phrase Teams = new("Teams", "Equipos");
    internal static readonly Phrase Import = new("Import a file", "Importar un archivo");
    internal static readonly Phrase New = new("New person", "Nueva persona");
    internal static readonly Phrase NotYours = new("This is for administrators", "Esto es para la administración");
    internal static readonly Phrase NotYoursText = new(
        "You look after nobody here, or this account does not exist. Ask an administrator of your organisation.",
        "Usted no administra a nadie aquí, o esta cuenta no existe. Pregunte a la administración de su organización.");
    internal static readonly Phrase Find = new("Name or sign-in name", "Nombre o nombre de usuario");
    internal static readonly Phrase NobodyFits = new("Nobody fits", "No coincide nadie");
    internal static readonly Phrase NobodyFitsWhy = new(
        "Nobody whom you may see is called that. Try fewer letters, a number, or the id.", "Nadie a quien usted pueda ver se llama así. Pruebe con menos letras, un número o el id.");
    internal static readonly Phrase SeveralFit = new("Several people fit", "Coinciden varias personas");
    internal static readonly Phrase ChooseOne = new("Choose one. When the right person is missing, type more of the name.", "Elija una. Si falta la persona que busca, escriba más del nombre.");
    internal static readonly Phrase Nobody = new("Nobody is found", "No se encontró a nadie");
    internal static readonly Phrase Name = new("Full name", "Nombre completo");
    internal static readonly Phrase RolesHeld = new("Roles", "Funciones");
    internal static readonly Phrase State = new("State", "Estado");
    internal static readonly Phrase Active = new("May sign in", "Puede entrar");
    internal static readonly Phrase Closed = new("Closed account", "Cuenta cerrada");
    internal static readonly CountPhrase Shown = new("{0} person", "{0} people", "{0} persona", "{0} personas");
    internal static readonly Phrase AccountTitle = new("Account", "Cuenta");
    internal static readonly Phrase Home = new("Looked after by", "Administrada por");
    internal static readonly Phrase HomeHint = new("Its administrators may change this account.", "Su administración puede cambiar esta cuenta.");
    internal static readonly Phrase MaySignIn = new("This person may sign in", "Esta persona puede entrar");
    internal static readonly Phrase MaySignInHint = new("Without it the account is closed and its sessions end at once.", "Sin esto la cuenta queda cerrada y sus sesiones terminan enseguida.");
    internal static readonly Phrase Saved = new("The account was saved.", "Se guardó la cuenta.");
    internal static readonly Phrase NoRoles = new("No role yet. Without one nobody can sign in.", "Aún no tiene función. Sin ella no se puede entrar.");
    internal static readonly Phrase WholeRegion = new("whole region", "toda la región");
    internal static readonly Phrase Until = new("until {0}", "hasta {0}");
    internal static readonly Phrase NewRole = new("New role", "Nueva función");
    internal static readonly Phrase LastDay = new("Last day", "Último día");
    internal static readonly Phrase LastDayHint = new("Empty when it has no end.", "Vacío si no tiene fin.");
    internal static readonly Phrase Give = new("Give this role", "Dar esta función");
    internal static readonly Phrase Take = new("Take away {0}, {1}", "Quitar {0}, {1}");
    internal static readonly Phrase RoleGiven = new("The role was given.", "Se dio la función.");
    internal static readonly Phrase RoleTaken = new("The role was taken away. It has effect at once.", "Se quitó la función. Tiene efecto enseguida.");
    internal static readonly Phrase WayIn = new("Ways in", "Acceso");
    internal static readonly CountPhrase Sessions = new("{0} open session.", "{0} open sessions.", "{0} sesión abierta.", "{0} sesiones abiertas.");
    internal static readonly Phrase MakeLink = new("Make a sign-in link", "Crear un enlace de acceso");
    internal static readonly Phrase LinkMade = new("The link is made. It is shown this once.", "El enlace está creado. Se muestra solo esta vez.");
    internal static readonly Phrase LinkText = new(
        "It works once, within two days, and lets the person set up a passkey or a password. Give it to them in person or by a way that reaches nobody else.",
        "Sirve una vez, durante dos días, y permite crear una llave de acceso o una contraseña. Entréguelo en persona o por un medio que no llegue a nadie más.");
    internal static readonly Phrase EndSessions = new("End all sessions", "Cerrar todas las sesiones");
    internal static readonly Phrase SessionsEnded = new("All sessions of this person have ended.", "Se cerraron todas las sesiones de esta persona.");
    internal static readonly Phrase DaysMissing = new("Choose the first and the last day.", "Elija el primer y el último día.");
    internal static readonly Phrase AbsenceNoted = new("The absence was noted.", "Se anotó la ausencia.");
    internal static readonly Phrase AbsenceTakenBack = new("The absence was taken back.", "Se retiró la ausencia.");
    internal static readonly Phrase NameMissing = new("Enter a name of at most 200 characters.", "Escriba un nombre de 200 caracteres como máximo.");
    internal static readonly Phrase LoginWrong = new(
        "A sign-in name has no spaces and at most 200 characters; an e-mail address is best.",
        "El nombre de usuario no lleva espacios y tiene 200 caracteres como máximo; lo mejor es un correo electrónico.");
    internal static readonly Phrase LoginTaken = new("Somebody else signs in with this name. Choose another.", "Otra persona usa este nombre de usuario. Elija otro.");
    internal static readonly Phrase HomeUnknown = new("Choose an organisation of this region.", "Elija una organización de esta región.");
    internal static readonly Phrase OnlyFromRecord = new(
        "Patients and representatives are let in from the patient's record: open it, then Access, then Accounts for this record.",
        "Pacientes y representantes reciben acceso desde el expediente: ábralo, luego Acceso y luego Cuentas de este expediente.");
    internal static readonly Phrase RoleUnknown = new("Choose one of these roles: {0}.", "Elija uno de estos roles: {0}.");
    internal static readonly Phrase EndInPast = new("Choose an end that lies ahead, or none.", "Elija un final que esté por venir, o ninguno.");
}

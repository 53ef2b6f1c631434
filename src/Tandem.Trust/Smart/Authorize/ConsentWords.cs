using Tandem.Kernel.Pages;

namespace Tandem.Trust.Smart;

/// <summary>What the page of consent says.</summary>
internal static class ConsentWords
{
    internal static readonly Phrase Title = new("Connect {0}?", "¿Conectar {0}?");
    internal static readonly Phrase Lead = new(
        "This app asks for health information through this hub. You decide.", "Esta aplicación pide información de salud por medio de este sistema. Usted decide.");
    internal static readonly Phrase AboutApp = new("About this app", "Sobre esta aplicación");
    internal static readonly Phrase Warning = new(
        "What the app receives is then in its hands. Connect only apps that you know and trust.",
        "Lo que la aplicación recibe queda en sus manos. Conecte solo aplicaciones que conoce y en las que confía.");
    internal static readonly Phrase Whose = new("Whose record", "De quién es el expediente");
    internal static readonly Phrase OfPatient = new("The app will see the record of {0} and nobody else.", "La aplicación verá el expediente de {0} y de nadie más.");
    internal static readonly Phrase FindPatient = new("Find the person", "Buscar a la persona");
    internal static readonly Phrase FindHint = new("Name, record number, or birth date such as 1951-03-04.", "Nombre, número de expediente o fecha de nacimiento, como 1951-03-04.");
    internal static readonly Phrase Find = new("Find", "Buscar");
    internal static readonly Phrase NobodyFound = new("Nobody was found. Check the spelling, or try the birth date.", "No se encontró a nadie. Revise la escritura o pruebe con la fecha de nacimiento.");
    internal static readonly Phrase Choose = new("Choose one person", "Elija a una persona");
    internal static readonly Phrase Born = new("Born {0}", "Nació el {0}");
    internal static readonly Phrase MayForPatient = new("What the app may do with this person's record", "Qué puede hacer la aplicación con el expediente de esta persona");
    internal static readonly Phrase MayForUser = new(
        "What the app may do with everything you may see yourself", "Qué puede hacer la aplicación con todo lo que usted mismo puede ver");
    internal static readonly Phrase TickHint = new("Take away the tick from what you do not want to share.", "Quite la marca de lo que no quiere compartir.");
    internal static readonly Phrase Also = new("Besides", "Además");
    internal static readonly Phrase WhoYouAre = new("It learns who you are in this hub, not your password.", "Sabrá quién es usted en este sistema, no su contraseña.");
    internal static readonly Phrase StaysLong = new(
        "It keeps access when you are not there, for up to {0} days, until you disconnect it.", "Conserva el acceso cuando usted no está, hasta por {0} días, mientras usted no la desconecte.");
    internal static readonly Phrase StaysSession = new("It keeps access until you sign out.", "Conserva el acceso hasta que usted salga.");
    internal static readonly Phrase StaysShort = new("Its access ends after one hour.", "Su acceso termina después de una hora.");
    internal static readonly Phrase Disconnect = new("You can disconnect it at any time under \"Connected apps\".", "Puede desconectarla cuando quiera en «Aplicaciones conectadas».");
    internal static readonly Phrase Allow = new("Allow", "Permitir");
    internal static readonly Phrase Deny = new("Do not allow", "No permitir");
    internal static readonly Phrase GoneTitle = new("This request does not work any more", "Esta solicitud ya no funciona");
    internal static readonly Phrase GoneHappened = new("It is too old, or was made for somebody else.", "Venció o se hizo para otra persona.");
    internal static readonly Phrase GoneKept = new("Nothing was shared with the app.", "No se compartió nada con la aplicación.");
    internal static readonly Phrase GoneDo = new("Go back to the app and connect it again.", "Vuelva a la aplicación y conéctela de nuevo.");
    internal static readonly Phrase ProblemPatient = new("Choose whose record the app may see.", "Elija de quién es el expediente que la aplicación puede ver.");
    internal static readonly Phrase ProblemScope = new("Leave at least one thing ticked, or do not allow the app.", "Deje al menos una cosa marcada o no permita la aplicación.");
    internal static readonly Phrase ReachesNobody = new(
        "Your role reaches no record, so the app will see none either.", "Su función no alcanza ningún expediente, así que la aplicación tampoco verá ninguno.");
    internal static readonly Phrase See = new("see", "ver");
    internal static readonly Phrase Add = new("add", "agregar");
    internal static readonly Phrase Change = new("change", "cambiar");
    internal static readonly Phrase Delete = new("delete", "borrar");
    internal static readonly Phrase OnlyWhere = new("Only: {0}", "Solo: {0}");
}

using Tandem.Kernel.Pages;

namespace Tandem.Trust.SignIn;

/// <summary>What the sign-in pages say.</summary>
internal static class SignInWords
{
    internal static readonly Phrase SignIn = new("Sign in", "Entrar");
    internal static readonly Phrase ByLink = new(
        "You sign in with a personal link. There is no password.", "Se entra con un enlace personal. No hay contraseña.");
    internal static readonly Phrase AskForLink = new(
        "Open the link you were given. If you have none, ask your administrator for one.", "Abra el enlace que recibió. Si no lo tiene, pídalo a su administrador.");
    internal static readonly Phrase ExpiredTitle = new("This link does not work any more", "Este enlace ya no funciona");
    internal static readonly Phrase ExpiredText = new(
        "It was used, or its time is over. Ask your administrator for a new one.", "Ya se usó o venció. Pida uno nuevo a su administrador.");
    internal static readonly Phrase SignInAs = new("Sign in as {0}", "Entrar como {0}");
    internal static readonly Phrase NotYou = new(
        "If this is not you, close this page and tell your administrator.", "Si no es usted, cierre esta página y avise a su administrador.");
    internal static readonly Phrase Demo = new("Demonstration", "Demostración");
    internal static readonly Phrase DemoText = new(
        "Everyone in this region is made up. Choose whose work you want to see.", "Todas las personas de esta región son ficticias. Elija qué trabajo desea ver.");
    internal static readonly Phrase SetUp = new("Set up this hub", "Configurar este sistema");
    internal static readonly Phrase SetUpText = new(
        "This link works once. It makes the first organisation and its administrator.", "Este enlace funciona una sola vez. Crea la primera organización y su administrador.");
    internal static readonly Phrase Organization = new("Organisation", "Organización");
    internal static readonly Phrase OrganizationHint = new("The network or region this hub serves.", "La red o región que atiende este sistema.");
    internal static readonly Phrase TimeZone = new("Time zone", "Zona horaria");
    internal static readonly Phrase Administrator = new("Your name", "Su nombre");
    internal static readonly Phrase AdministratorHint = new(
        "You become the administrator. Administrators see no patients.", "Usted será quien administra. La administración no ve pacientes.");
    internal static readonly Phrase Begin = new("Begin", "Comenzar");
    internal static readonly Phrase Incomplete = new("Please fill in every field", "Complete todos los campos");
    internal static readonly Phrase RoleCoordinator = new("Coordinator", "Coordinación");
    internal static readonly Phrase RoleAdministrator = new("Administrator", "Administración");
    internal static readonly Phrase RoleNurseLead = new("Nurse lead", "Jefatura de enfermería");
    internal static readonly Phrase RoleIntegration = new("Integration engineer", "Ingeniería de integración");

    internal static string Role(string role) => role switch
    {
        "coordinator" => RoleCoordinator,
        "administrator" => RoleAdministrator,
        "integration-engineer" => RoleIntegration,
        "nurse-lead" => RoleNurseLead,
        _ => role,
    };
}

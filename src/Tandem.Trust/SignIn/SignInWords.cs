using Tandem.Kernel.Pages;

namespace Tandem.Trust.SignIn;

/// <summary>What the sign-in pages say.</summary>
public static class SignInWords
{
    internal static readonly Phrase SignIn = new("Sign in", "Entrar");
    internal static readonly Phrase AskForLink = new(
        "Here for the first time, or nothing works any more? Open the link you were given, or ask your administrator for one.",
        "¿Entra por primera vez, o ya nada funciona? Abra el enlace que recibió o pida uno a su administrador.");
    internal static readonly Phrase ExpiredTitle = new("This link does not work any more", "Este enlace ya no funciona");
    internal static readonly Phrase ExpiredText = new(
        "It was used, or its time is over. Ask your administrator for a new one.", "Ya se usó o venció. Pida uno nuevo a su administrador.");
    internal static readonly Phrase WithPasskey = new("Sign in with a passkey", "Entrar con una llave de acceso");
    internal static readonly Phrase PasskeyNeedsScript = new(
        "This browser cannot use passkeys here. Use the other way.", "Este navegador no puede usar llaves de acceso aquí. Use la otra forma.");
    internal static readonly Phrase PasskeyNotAdded = new("The passkey could not be added. Nothing was changed; try again.", "No se pudo añadir la llave de acceso. No se cambió nada; inténtelo de nuevo.");
    internal static readonly Phrase PasskeyKnown = new(
        "This passkey is known already, or there are too many. Remove one that you do not use.", "Esta llave de acceso ya se conoce, o hay demasiadas. Quite una que no use.");
    internal static readonly CountPhrase ShortKeys = new(
        "{0} person signs in by a passkey with a short key", "{0} people sign in by a passkey with a short key", "{0} persona entra con una llave de clave corta", "{0} personas entran con una llave de clave corta");
    internal static readonly Phrase ShortKeysText = new(
        "It was added before this hub asked for longer ones and goes on working. Ask them to add another one from a phone, a security key or a newer device, and to remove it.",
        "Se añadió antes de que este sistema pidiera claves más largas y sigue funcionando. Pídales que añadan otra desde un teléfono, una llave de seguridad o un equipo más nuevo, y que la quiten.");
    internal static readonly Phrase PasskeyTooShort = new(
        "This device makes keys that are too short for this hub (RSA of {0} bits; {1} are needed). Nothing was kept: remove the new passkey on the device, and use a phone, a security key or another device, or a password with codes.",
        "Este equipo crea claves demasiado cortas para este sistema (RSA de {0} bits; se necesitan {1}). No se guardó nada: quite la llave nueva del equipo y use un teléfono, una llave de seguridad u otro equipo, o una contraseña con códigos.");
    internal static readonly Phrase PasskeyFailed = new("The passkey was not used. Try again, or use the other way.", "No se usó la llave de acceso. Inténtelo de nuevo o use la otra forma.");
    internal static readonly Phrase WithPassword = new("With name and password", "Con nombre y contraseña");
    internal static readonly Phrase Login = new("Sign-in name", "Nombre de usuario");
    internal static readonly Phrase LoginHint = new("Your work e-mail address is best.", "Lo mejor es su correo electrónico del trabajo.");
    internal static readonly Phrase LoginMissing = new("Enter a sign-in name without spaces.", "Escriba un nombre de usuario sin espacios.");
    internal static readonly Phrase LoginTaken = new("This sign-in name cannot be used. Choose another.", "Este nombre de usuario no se puede usar. Elija otro.");
    internal static readonly Phrase Password = new("Password", "Contraseña");
    internal static readonly Phrase Go = new("Continue", "Continuar");
    internal static readonly Phrase FailedTitle = new("That did not work", "No funcionó");
    internal static readonly Phrase FailedText = new(
        "Check what you entered and try again. After several attempts in a row you have to wait a few minutes; a passkey works meanwhile.",
        "Revise lo que escribió e inténtelo de nuevo. Tras varios intentos seguidos hay que esperar unos minutos; mientras tanto sirve una llave de acceso.");
    internal static readonly Phrase TooManyFromHere = new(
        "Too many attempts from this network. Wait five minutes and try again.", "Demasiados intentos desde esta red. Espere cinco minutos e inténtelo de nuevo.");
    internal static readonly Phrase CodeTitle = new("Enter your code", "Escriba su código");
    internal static readonly Phrase CodeText = new("Open your authenticator and enter the six digits it shows.", "Abra su autenticador y escriba los seis dígitos que muestra.");
    internal static readonly Phrase Code = new("Code", "Código");
    internal static readonly Phrase CodeHint = new("Or one of your recovery codes.", "O uno de sus códigos de recuperación.");
    internal static readonly Phrase CodeFailed = new(
        "The code is not right, has just ended, or was used already. Wait for the next one and enter it at once. After several attempts in a row you have to wait a few minutes.",
        "El código no es correcto, acaba de caducar o ya se usó. Espere al siguiente y escríbalo enseguida. Tras varios intentos seguidos hay que esperar unos minutos.");
    internal static readonly Phrase MeansTitle = new("Welcome, {0}", "Le damos la bienvenida, {0}");
    internal static readonly Phrase MeansText = new(
        "Choose how you will sign in from now on. Your link has done its work.", "Elija cómo entrará de ahora en adelante. Su enlace ya cumplió su función.");
    internal static readonly Phrase PasskeyTitle = new("Passkeys", "Llaves de acceso");
    internal static readonly Phrase PasskeyText = new(
        "The safest way and the quickest: your device asks for your finger, face or PIN, and nobody can trick you out of it.",
        "La forma más segura y más rápida: su equipo pide su huella, su cara o su PIN, y nadie se la puede sacar con engaños.");
    internal static readonly Phrase AddPasskey = new("Add a passkey", "Añadir una llave de acceso");
    internal static readonly Phrase OtherWay = new("The other way", "La otra forma");
    internal static readonly Phrase OtherWayText = new("A password and an authenticator that shows codes.", "Una contraseña y un autenticador que muestra códigos.");
    internal static readonly Phrase SetUpPassword = new("Set up a password with codes", "Crear una contraseña con códigos");
    internal static readonly Phrase Back = new("Back", "Volver");
    internal static readonly Phrase PasswordRulesText = new(
        "At least 8 characters, of any kind; spaces too. It never expires. What attackers try first is refused.",
        "Al menos 8 caracteres, de cualquier tipo; también espacios. No caduca. Se rechaza lo que los atacantes prueban primero.");
    internal static readonly Phrase PresentPassword = new("Present password", "Contraseña actual");
    internal static readonly Phrase NewPassword = new("New password", "Contraseña nueva");
    internal static readonly Phrase PasswordHint = new("Let your password program make one, or use a few words.", "Deje que su programa de contraseñas la cree, o use unas palabras.");
    internal static readonly Phrase PasswordAgain = new("The same again", "La misma otra vez");
    internal static readonly Phrase Authenticator = new("Your authenticator", "Su autenticador");
    internal static readonly Phrase AuthenticatorText = new(
        "Take the picture with an authenticator app, or type the key there.", "Lea la imagen con una aplicación de autenticación, o escriba allí la clave.");
    internal static readonly Phrase PictureOfSecret = new("Picture for your authenticator; the key beside it says the same", "Imagen para su autenticador; la clave dice lo mismo");
    internal static readonly Phrase SecretByHand = new("Key to type", "Clave para escribir");
    internal static readonly Phrase CodeShown = new("The code it shows now", "El código que muestra ahora");
    internal static readonly Phrase Save = new("Save", "Guardar");
    internal static readonly Phrase RecoveryTitle = new("Your recovery codes", "Sus códigos de recuperación");
    internal static readonly Phrase RecoveryText = new(
        "Each works once instead of a code, should you lose your authenticator. Print or write them down; they are not shown again.",
        "Cada uno sirve una vez en lugar de un código, si pierde su autenticador. Imprímalos o anótelos; no se muestran otra vez.");
    internal static readonly Phrase RecoveryKept = new("I have kept them", "Ya los guardé");
    internal static readonly Phrase ByPasskey = new("Passkey", "Llave de acceso");
    internal static readonly Phrase ByPassword = new("Password and code", "Contraseña y código");
    internal static readonly Phrase ByPasswordAlone = new("Password only", "Solo contraseña");
    internal static readonly Phrase ByProvider = new("Organisation's sign-in", "Acceso de la organización");
    internal static readonly Phrase BySignInLink = new("Sign-in link", "Enlace de acceso");
    internal static readonly Phrase Language = new("Language of the region", "Idioma de la región");
    internal static readonly Phrase LanguageHint = new("Everybody can choose another for themselves.", "Cada persona puede elegir otro para sí.");
    internal static readonly Phrase English = new("English first", "Primero inglés");
    internal static readonly Phrase Spanish = new("Spanish first", "Primero español");
    internal static readonly Phrase SignInAs = new("Sign in as {0}", "Entrar como {0}");
    internal static readonly Phrase NotYou = new(
        "If this is not you, close this page and tell your administrator.", "Si no es usted, cierre esta página y avise a su administrador.");
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
    internal static readonly Phrase RoleNurse = new("Nurse", "Enfermería");
    internal static readonly Phrase RolePhysician = new("Physician", "Medicina");
    internal static readonly Phrase RoleSocialWorker = new("Social worker", "Trabajo social");
    internal static readonly Phrase RoleHealthWorker = new("Community health worker", "Promoción de salud comunitaria");
    internal static readonly Phrase RoleFrontDesk = new("Front desk", "Recepción");
    internal static readonly Phrase RolePharmacist = new("Pharmacist", "Farmacia");
    internal static readonly Phrase RoleQualityLead = new("Quality lead", "Jefatura de calidad");
    internal static readonly Phrase RolePrivacyOfficer = new("Privacy officer", "Responsable de privacidad");
    internal static readonly Phrase RoleResearcher = new("Researcher", "Investigación");
    internal static readonly Phrase RolePatient = new("Patient", "Paciente");
    internal static readonly Phrase RoleProxy = new("Representative of a patient", "Representante de paciente");
    internal static readonly Phrase RoleNurseLead = new("Nurse lead", "Jefatura de enfermería");
    internal static readonly Phrase RoleIntegration = new("Integration engineer", "Ingeniería de integración");

    /// <summary>A role in the reader's language.</summary>
    /// <summary>A role's name.</summary>
    public static string Role(string role) => role switch
    {
        "coordinator" => RoleCoordinator,
        "nurse" => RoleNurse,
        "nurse-lead" => RoleNurseLead,
        "physician" => RolePhysician,
        "social-worker" => RoleSocialWorker,
        "community-health-worker" => RoleHealthWorker,
        "front-desk" => RoleFrontDesk,
        "pharmacist" => RolePharmacist,
        "quality-lead" => RoleQualityLead,
        "privacy-officer" => RolePrivacyOfficer,
        "integration-engineer" => RoleIntegration,
        "administrator" => RoleAdministrator,
        "researcher" => RoleResearcher,
        "patient" => RolePatient,
        "proxy" => RoleProxy,
        _ => role,
    };

    /// <summary>How a session was begun.</summary>
    internal static string Means(SignInMeans means) => means switch
    {
        SignInMeans.Passkey => ByPasskey,
        SignInMeans.PasswordAndCode => ByPassword,
        SignInMeans.Password => ByPasswordAlone,
        SignInMeans.Provider => ByProvider,
        _ => BySignInLink,
    };
}

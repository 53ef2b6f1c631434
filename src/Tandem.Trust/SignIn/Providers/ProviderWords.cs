using Tandem.Kernel.Pages;

namespace Tandem.Trust.SignIn.Providers;

/// <summary>What the hub says about organisations' own sign-in.</summary>
public static class ProviderWords
{
    internal static readonly Phrase With = new("Sign in with {0}", "Entrar con {0}");
    internal static readonly Phrase Unreachable = new(
        "Your organisation's sign-in cannot be reached now. Try again later, or sign in another way.", "El acceso de su organización no está disponible ahora. Inténtelo más tarde o entre de otra forma.");
    internal static readonly Phrase Refused = new(
        "Your organisation's sign-in was given up, or this hub has no account with a role for you. Begin again, or ask your administrator.",
        "Se abandonó el acceso de su organización, o este sistema no tiene una cuenta con función para usted. Empiece de nuevo o pregunte a su administrador.");
    internal static readonly Phrase LeaveToo = new("Sign out of your organisation too", "Salir también de su organización");
    internal static readonly Phrase Title = new("Identity provider (OpenID Connect)", "Proveedor de identidad (OpenID Connect)");
    internal static readonly Phrase Lead = new(
        "People of this organisation sign in there. It has no say over other organisations.", "Las personas de esta organización entran allí. No decide sobre otras organizaciones.");
    internal static readonly Phrase Issuer = new("Issuer", "Emisor");
    internal static readonly Phrase IssuerHint = new("An https address. Empty removes the provider.", "Una dirección https. Vacío quita el proveedor.");
    internal static readonly Phrase IssuerWrong = new("Enter an https address without ? or #.", "Escriba una dirección https sin ? ni #.");
    internal static readonly Phrase ClientId = new("Client id", "Id de cliente");
    internal static readonly Phrase ClientMissing = new("Enter the id that the provider gave this hub.", "Escriba el id que el proveedor dio a este sistema.");
    internal static readonly Phrase Secret = new("Client secret", "Secreto de cliente");
    internal static readonly Phrase SecretHint = new("It is never shown again. Empty keeps the present one.", "No se vuelve a mostrar. Vacío conserva el actual.");
    internal static readonly Phrase LoginClaim = new("Claim that names the account", "Dato que nombra la cuenta");
    internal static readonly Phrase ClaimMissing = new("Enter a claim such as email.", "Escriba un dato como email.");
    internal static readonly Phrase RoleClaim = new("Claim with groups or roles", "Dato con grupos o funciones");
    internal static readonly Phrase RoleClaimHint = new("Empty when roles are given in this hub.", "Vacío si las funciones se dan en este sistema.");
    internal static readonly Phrase RoleMap = new("What its values mean", "Qué significan sus valores");
    internal static readonly Phrase RoleMapHint = new("One a line: value=role, such as ward-nurses=nurse.", "Uno por línea: valor=función, como enfermeria=nurse.");
    internal static readonly Phrase MapWrong = new("“{0}” is not value=role with a role of this hub.", "«{0}» no es valor=función con una función de este sistema.");
    internal static readonly Phrase Strengths = new("Accepted ways of signing in (acr or amr)", "Formas de acceso aceptadas (acr o amr)");
    internal static readonly Phrase StrengthsHint = new(
        "Separated by spaces, such as mfa hwk. A sign-in that tells none of them is refused. Empty trusts the provider to ask for a second factor.",
        "Separadas por espacios, como mfa hwk. Se rechaza un acceso que no indique ninguna. Vacío confía en que el proveedor pide un segundo factor.");
    internal static readonly Phrase MakesAccounts = new("It makes accounts for people with a mapped role", "Crea cuentas para quienes tienen una función asignada");
    internal static readonly Phrase TakesShortKeys = new("Accept RSA keys of 2048 bits of this provider", "Aceptar claves RSA de 2048 bits de este proveedor");
    internal static readonly Phrase TakesShortKeysHint = new(
        "Most providers sign with 2048 bits, worth 112 bits of strength; without this, RSA keys under {0} bits are refused. No box is needed for a provider that signs with ES256 or a longer key.",
        "La mayoría de los proveedores firma con 2048 bits, que equivalen a 112 bits de seguridad; sin esto se rechazan las claves RSA de menos de {0} bits. No hace falta para un proveedor que firma con ES256 o con una clave más larga.");
    internal static readonly Phrase ShortKeysTaken = new("This provider may sign with RSA keys of 2048 bits", "Este proveedor puede firmar con claves RSA de 2048 bits");
    internal static readonly Phrase ShortKeysTakenText = new("They are weaker than the hub's other means. Accepted", "Son más débiles que los demás medios de este sistema. Aceptado");
    internal static readonly Phrase ShortKey = new(
        "Your organisation's sign-in uses a key that is shorter than this hub takes. Tell your administrator, or sign in another way.",
        "El acceso de su organización usa una clave más corta de lo que este sistema acepta. Avise a su administrador o entre de otra forma.");
    internal static readonly Phrase Saved = new("The identity provider was saved.", "Se guardó el proveedor de identidad.");
    internal static readonly Phrase Answer = new("Register this address there as the redirect: {0}", "Registre allí esta dirección de retorno: {0}");
}

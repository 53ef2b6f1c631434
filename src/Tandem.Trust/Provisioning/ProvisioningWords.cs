using Tandem.Kernel.Pages;

namespace Tandem.Trust.Provisioning;

/// <summary>What the pages say about taking people in from files and other systems.</summary>
internal static class ProvisioningWords
{
    internal static readonly Phrase ImportLead = new(
        "Each line is one role of one person. The same file twice changes nothing; a wrong line is told and the others are taken.",
        "Cada línea es una función de una persona. El mismo archivo dos veces no cambia nada; una línea equivocada se indica y las demás se toman.");
    internal static readonly Phrase File = new("File (CSV)", "Archivo (CSV)");
    internal static readonly Phrase FileHint = new(
        "The first line names the columns: login, name, organization, role; also given, family, teams, active, external_id.",
        "La primera línea nombra las columnas: login, name, organization, role; también given, family, teams, active, external_id.");
    internal static readonly Phrase FileMissing = new("Choose a CSV file of at most 5 MB.", "Elija un archivo CSV de 5 MB como máximo.");
    internal static readonly Phrase FileNoText = new("This is no text file. Save the table as CSV and choose that file.", "Este archivo no es de texto. Guarde la tabla como CSV y elija ese archivo.");
    internal static readonly Phrase FileUnscanned = new(
        "The virus scanner does not answer, so no file is taken now. Try again in some minutes.", "El antivirus no responde, así que ahora no se toma ningún archivo. Vuelva a intentarlo en unos minutos.");
    internal static readonly Phrase Taken = new("{0} accounts are new, {1} were there already", "{0} cuentas son nuevas, {1} ya existían");
    internal static readonly CountPhrase NotTaken = new("{0} line was not taken:", "{0} lines were not taken:", "{0} línea no se tomó:", "{0} líneas no se tomaron:");
    internal static readonly Phrase Line = new("Line {0}:", "Línea {0}:");
    internal static readonly Phrase Directory = new("Provisioning by your directory (SCIM)", "Alta automática desde su directorio (SCIM)");
    internal static readonly Phrase DirectoryText = new(
        "Your directory makes, changes and closes accounts of this organisation at {0} with a token.", "Su directorio crea, cambia y cierra cuentas de esta organización en {0} con una clave.");
    internal static readonly Phrase TokenName = new("Name of a new token", "Nombre de una nueva clave");
    internal static readonly Phrase MakeToken = new("Make a token", "Crear una clave");
    internal static readonly Phrase TokenMade = new("The token, shown this once: {0}", "La clave, que se muestra solo esta vez: {0}");
    internal static readonly Phrase Revoke = new("Revoke {0}", "Revocar {0}");
    internal static readonly Phrase TokenRevoked = new("The token was revoked. It stops working at once.", "Se revocó la clave. Deja de servir enseguida.");
    internal static readonly Phrase Example = new("Example", "Ejemplo");
}

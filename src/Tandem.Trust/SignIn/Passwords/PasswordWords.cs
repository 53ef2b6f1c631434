using Tandem.Kernel.Pages;

namespace Tandem.Trust.SignIn.Passwords;

/// <summary>What the hub says about passwords and codes.</summary>
internal static class PasswordWords
{
    internal static readonly Phrase TooShort = new("Use at least 8 characters. A few words are easier to remember.", "Use al menos 8 caracteres. Unas palabras se recuerdan mejor.");
    internal static readonly Phrase TooShortAlone = new("Use at least 15 characters. A few words are easier to remember.", "Use al menos 15 caracteres. Unas palabras se recuerdan mejor.");
    internal static readonly Phrase TooLong = new("Use at most 256 characters.", "Use 256 caracteres como máximo.");
    internal static readonly Phrase Known = new(
        "This password is on lists that attackers try first, or easy to guess. Choose another.", "Esta contraseña está en las listas que se prueban primero, o es fácil de adivinar. Elija otra.");
    internal static readonly Phrase NotThePresent = new("This is not your present password, or there were too many attempts.", "No es su contraseña actual, o hubo demasiados intentos.");
    internal static readonly Phrase NotTheSame = new("The two passwords are not the same.", "Las dos contraseñas no coinciden.");
    internal static readonly Phrase WrongCode = new("This code is not right, or has just ended. Enter the one that is shown now. If it is refused again, let your phone set its clock by itself.",
        "Este código no es correcto o acaba de caducar. Escriba el que se muestra ahora. Si se rechaza otra vez, deje que su teléfono ponga la hora automáticamente.");
}

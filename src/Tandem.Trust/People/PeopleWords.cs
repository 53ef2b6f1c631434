using Tandem.Kernel.Pages;

namespace Tandem.Trust.People;

/// <summary>What the pages of people say.</summary>
internal static class PeopleWords
{
    internal static readonly Phrase NameMissing = new("Enter a name of at most 200 characters.", "Escriba un nombre de 200 caracteres como máximo.");
    internal static readonly Phrase LoginWrong = new(
        "A sign-in name has no spaces and at most 200 characters; an e-mail address is best.",
        "El nombre de usuario no lleva espacios y tiene 200 caracteres como máximo; lo mejor es un correo electrónico.");
    internal static readonly Phrase LoginTaken = new("Somebody else signs in with this name. Choose another.", "Otra persona usa este nombre de usuario. Elija otro.");
    internal static readonly Phrase HomeUnknown = new("Choose an organisation of this region.", "Elija una organización de esta región.");
    internal static readonly Phrase RoleUnknown = new("Choose one of these roles: {0}.", "Elija uno de estos roles: {0}.");
    internal static readonly Phrase EndInPast = new("Choose an end that lies ahead, or none.", "Elija un final que esté por venir, o ninguno.");
}

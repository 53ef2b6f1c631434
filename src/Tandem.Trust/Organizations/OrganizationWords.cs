using Tandem.Kernel.Pages;

namespace Tandem.Trust.Organizations;

/// <summary>What the pages of organisations say.</summary>
internal static class OrganizationWords
{
    internal static readonly Phrase NameMissing = new("Enter a name of at most 200 characters.", "Escriba un nombre de 200 caracteres como máximo.");
    internal static readonly Phrase KindMissing = new("Choose what kind of organisation it is.", "Elija qué tipo de organización es.");
    internal static readonly Phrase AboveUnknown = new("Choose an organisation of this region.", "Elija una organización de esta región.");
    internal static readonly Phrase AboveItself = new(
        "An organisation cannot be part of itself or of one below it.", "Una organización no puede formar parte de sí misma ni de una inferior.");
    internal static readonly Phrase ZoneUnknown = new("Choose a time zone such as America/Chicago.", "Elija una zona horaria como America/Chicago.");
}

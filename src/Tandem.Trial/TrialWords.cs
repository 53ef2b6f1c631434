using Tandem.Kernel.Pages;

namespace Tandem.Trial;

/// <summary>What a hub that is tried says of itself.</summary>
internal static class TrialWords
{
    internal static readonly Phrase OpenLabel = new("Open access", "Acceso abierto");
    internal static readonly Phrase Open = new("This hub is open: every request has system access.", "Este sistema está abierto: toda solicitud tiene acceso total.");
    internal static readonly Phrase Demo = new("Demonstration", "Demostración");
    internal static readonly Phrase DemoText = new(
        "Everyone in this region is made up. Choose whose work you want to see.", "Todas las personas de esta región son ficticias. Elija qué trabajo desea ver.");
    internal static readonly Phrase DemoMore = new("More colleagues", "Más colegas");
}

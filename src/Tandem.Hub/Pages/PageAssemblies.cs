using System.Reflection;

namespace Tandem.Hub.Pages;

/// <summary>Where pages are found: every assembly of the hub that holds one.</summary>
internal static class PageAssemblies
{
    internal static IReadOnlyList<Assembly> BeyondTheHub { get; } = [Assembly.Load("Tandem.Trust"), Assembly.Load("Tandem.Care")];
}

using System.Reflection;
using Tandem.Hub.Hosting;

namespace Tandem.Hub.Pages;

/// <summary>Where pages are found: every assembly of the hub that holds one.</summary>
internal static class PageAssemblies
{
    private static readonly Assembly[] Modules = [Assembly.Load("Tandem.Trust"), Assembly.Load("Tandem.Care")];

    internal static IEnumerable<Assembly> BeyondTheHub(HubExtension extension) => Modules.Concat(extension.Pages);
}

using System.Reflection;

namespace Tandem.Hub.Layout;

/// <summary>The version of this build, as the footer names it.</summary>
internal static class ProductVersion
{
    internal static string Text { get; } =
        typeof(ProductVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>() is { } version
            ? version.InformationalVersion.Split('+') is [var number, var commit] ? $"{number} ({commit[..Math.Min(8, commit.Length)]})" : version.InformationalVersion
            : "?";
}

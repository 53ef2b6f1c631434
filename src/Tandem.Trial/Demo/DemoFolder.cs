using System.Globalization;
using System.Text.Json;

namespace Tandem.Trial.Demo;

/// <summary>What a demonstration's data folder says of the region in it. Written when its history is complete, so a history that was cut short is made anew.</summary>
/// <param name="Seed">What the region follows from.</param>
/// <param name="Patients">How many live in it.</param>
/// <param name="From">Where its history begins.</param>
/// <param name="Until">Where its history ends.</param>
internal sealed record DemoFolder(ulong Seed, int Patients, DateTimeOffset From, DateTimeOffset Until)
{
    private const string Name = "region.json";

    /// <summary>The region of a folder; null when none is complete.</summary>
    internal static DemoFolder? In(string folder)
    {
        var file = Path.Combine(folder, Name);
        return File.Exists(file) ? JsonSerializer.Deserialize<DemoFolder>(File.ReadAllBytes(file)) : null;
    }

    /// <summary>True when a folder holds something that is no demonstration's.</summary>
    internal static bool IsOfSomethingElse(string folder) =>
        Directory.Exists(folder) && In(folder) is null && File.Exists(Path.Combine(folder, "tandem.db")) && !File.Exists(Path.Combine(folder, Name + ".begun"));

    /// <summary>An empty folder in which a history begins; what an earlier one that was cut short left is removed.</summary>
    internal static void Begin(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var left in Directory.EnumerateFiles(folder, "tandem.db*"))
            File.Delete(left);
        File.WriteAllText(Path.Combine(folder, Name + ".begun"), "");
    }

    /// <summary>Says that the history is complete.</summary>
    internal void Keep(string folder) => File.WriteAllBytes(Path.Combine(folder, Name), JsonSerializer.SerializeToUtf8Bytes(this));

    /// <summary>The region again.</summary>
    internal SyntheticRegion Region() => new(Seed, Patients, DateOnly.FromDateTime(Until.UtcDateTime));

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Patients} patients from {From:yyyy-MM-dd} to {Until:yyyy-MM-dd}");
}

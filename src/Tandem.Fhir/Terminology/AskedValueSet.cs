namespace Tandem.Fhir.Terminology;

/// <summary>A value set that several codes are asked of: it is read once, and so is what it takes in. Immutable and thread-safe.</summary>
public sealed class AskedValueSet
{
    private readonly TerminologyService terminology;
    private readonly ValueSet set;
    private readonly string canonical;
    private readonly Lazy<IReadOnlyList<string>> systems;

    internal AskedValueSet(TerminologyService terminology, ValueSet set, string canonical)
    {
        (this.terminology, this.set, this.canonical) = (terminology, set, canonical);
        systems = new(() => [.. new ValueSetReader(terminology).PartsOf(set, canonical, null).Select(part => part.System).OfType<string>().Distinct()]);
    }

    /// <summary>The systems that it takes codes from, with those of the sets it takes in.</summary>
    public IReadOnlyList<string> Systems => systems.Value;

    /// <summary>Whether it has a code, as <see cref="TerminologyService.Contains(string, string?, string)"/> tells.</summary>
    /// <param name="system">The code's system; null when only the code is known, then any system of the set will do.</param>
    /// <param name="code">The code.</param>
    /// <param name="versions">The version of the code; null when it is not known.</param>
    public bool? Contains(string? system, string code, SystemVersions? versions = null) => new ValueSetReader(terminology, versions).Contains(set, canonical, system, code);
}

namespace Tandem.Fhir.Terminology;

/// <summary>The versions of code systems that a caller chooses for a value set (R4 ValueSet-expand), by the systems' addresses.</summary>
/// <param name="Unless">Where the value set names none (<c>system-version</c>).</param>
/// <param name="Checked">As <paramref name="Unless"/>; a value set that names another is refused (<c>check-system-version</c>).</param>
/// <param name="Forced">Whatever the value set names (<c>force-system-version</c>).</param>
public sealed record SystemVersions(
    IReadOnlyDictionary<string, string> Unless, IReadOnlyDictionary<string, string> Checked, IReadOnlyDictionary<string, string> Forced)
{
    private static readonly Dictionary<string, string> None = [];

    /// <summary>The version of one code that is asked about: parts of the value set that name another do not have it.</summary>
    public static SystemVersions Of(string system, string version) => new(None, new Dictionary<string, string>(StringComparer.Ordinal) { [system] = version }, None);

    /// <summary>The same for what a value set leaves out: a code goes whatever the version that it is excluded in.</summary>
    internal SystemVersions OfExcluded => this with { Unless = new Dictionary<string, string>(Checked.Concat(Unless.Where(one => !Checked.ContainsKey(one.Key))), StringComparer.Ordinal), Checked = None };

    /// <summary>The version that the caller wants in place of <paramref name="named"/>; null when they leave it to the value set.</summary>
    internal string? Wanted(string system, string? named) =>
        Forced.GetValueOrDefault(system) ?? (named is null ? Checked.GetValueOrDefault(system) ?? Unless.GetValueOrDefault(system) : null);

    /// <summary>True when the value set names another version than the caller lets pass.</summary>
    internal bool Forbids(string system, string? named) =>
        named is not null && !Forced.ContainsKey(system) && Checked.TryGetValue(system, out var version) && version != named;
}

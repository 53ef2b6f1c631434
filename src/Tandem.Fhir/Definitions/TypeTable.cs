namespace Tandem.Fhir.Definitions;

/// <summary>All types by name.</summary>
public sealed class TypeTable
{
    private readonly Dictionary<string, FhirType> byName;
    private readonly FhirType[] types;
    private readonly Utf8Names names;

    internal TypeTable(Dictionary<string, FhirType> byName)
    {
        this.byName = byName;
        types = [.. byName.Values.OrderBy(type => type.Name, StringComparer.Ordinal)];
        names = new(Array.ConvertAll(types, type => type.NameBytes));
    }

    /// <summary>All of them, in alphabetical order.</summary>
    public IReadOnlyList<FhirType> All => types;

    /// <summary>The type of this name.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public FhirType this[string name] => byName[name];

    /// <summary>The type of this name; null when there is none.</summary>
    public FhirType? Find(string name) => byName.GetValueOrDefault(name);

    /// <summary>As the string form, without allocation.</summary>
    public FhirType? Find(ReadOnlySpan<byte> name)
    {
        var number = names.Find(name);
        return number < 0 ? null : types[number];
    }
}

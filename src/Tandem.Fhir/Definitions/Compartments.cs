namespace Tandem.Fhir.Definitions;

/// <summary>
/// The compartments of FHIR R4 (compartmentdefinition.html): which search parameters put a resource into that of a patient, an encounter, a practitioner,
/// a related person or a device. Immutable and thread-safe.
/// </summary>
public static class Compartments
{
    /// <summary>Stands among the parameters for the resource that the compartment is of.</summary>
    public const string Itself = "{def}";

    private static readonly Dictionary<string, SortedDictionary<string, string[]>> All = Read();

    /// <summary>The types that have a compartment.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The types of resources that a compartment may hold, in alphabetical order; empty when there is no such compartment.</summary>
    public static IReadOnlyCollection<string> Types(string compartment) => All.TryGetValue(compartment, out var types) ? types.Keys : [];

    /// <summary>The search parameters that put a resource of a type into a compartment; empty when it is never in it.</summary>
    public static IReadOnlyList<string> Parameters(string compartment, string type) =>
        All.TryGetValue(compartment, out var types) && types.TryGetValue(type, out var parameters) ? parameters : [];

    private static Dictionary<string, SortedDictionary<string, string[]>> Read()
    {
        var all = new Dictionary<string, SortedDictionary<string, string[]>>(StringComparer.Ordinal) { ["Patient"] = Patient() };
        using var stream = typeof(Compartments).Assembly.GetManifestResourceStream("Tandem.Fhir.compartments.txt")
            ?? throw new InvalidDataException("The compartments are missing from the assembly.");
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#'))
                continue;
            var cells = line.Split('\t');
            if (!all.TryGetValue(cells[0], out var types))
                all[cells[0]] = types = new(StringComparer.Ordinal);
            types[cells[1]] = cells[2..];
        }

        return all;
    }

    private static SortedDictionary<string, string[]> Patient()
    {
        var types = new SortedDictionary<string, string[]>(StringComparer.Ordinal);
        foreach (var type in R4.ResourceTypes)
        {
            var parameters = R4.PatientCompartment(type);
            if (type == "Patient")
                types[type] = [Itself, .. parameters];
            else if (parameters.Count > 0)
                types[type] = [.. parameters];
        }

        return types;
    }
}

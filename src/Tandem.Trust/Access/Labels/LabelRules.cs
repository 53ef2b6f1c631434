using System.Security.Cryptography;
using System.Text;
using Tandem.Fhir.Json;

namespace Tandem.Trust.Access;

/// <summary>
/// Which codes and which sources make a resource sensitive: the ValueSets of <c>content/labels</c>, each with the label it puts on
/// (DS4P; HL7 v3 ActCode and Confidentiality). Immutable; a change of the content is in force from the next start, when the rows are rebuilt.
/// </summary>
public sealed class LabelRules
{
    /// <summary>The extension of a ValueSet that says which label its codes put on.</summary>
    internal const string LabelExtension = "https://tandem.example/fhir/StructureDefinition/sensitivity-label";

    /// <summary>The extension of a ValueSet that names an organisation all of whose records bear the label, such as a Part 2 programme.</summary>
    internal const string SourceExtension = "https://tandem.example/fhir/StructureDefinition/sensitivity-source";

    private readonly Dictionary<(string System, string Code), List<LabelRule>> codes = [];
    private readonly List<(string System, string Beginning, LabelRule Rule)> beginnings = [];
    private readonly Dictionary<string, List<LabelRule>> sources = new(StringComparer.Ordinal);

    private LabelRules(IEnumerable<byte[]> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var bytes in files)
        {
            hash.AppendData(bytes);
            Add(FhirJson.ParseStored(bytes).Root);
        }

        Version = BitConverter.ToInt32(hash.GetHashAndReset()) & int.MaxValue;
    }

    /// <summary>No rules: only labels in <c>meta.security</c> count.</summary>
    public static LabelRules None { get; } = new([]);

    /// <summary>Changes with the rules.</summary>
    internal int Version { get; }

    /// <summary>Reads the rules of a content folder; none when it has no folder <c>labels</c>.</summary>
    /// <exception cref="InvalidDataException">A file of rules cannot be read.</exception>
    public static LabelRules Read(string contentFolder)
    {
        var folder = Path.Combine(contentFolder, "labels");
        return Directory.Exists(folder)
            ? new LabelRules(Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal).Select(File.ReadAllBytes))
            : None;
    }

    /// <summary>Adds the labels that a coding puts on, with the rule of each.</summary>
    internal void AddTo(Dictionary<string, string> found, string system, string code)
    {
        if (codes.TryGetValue((system, code), out var named))
        {
            foreach (var rule in named)
                found.TryAdd(rule.Label, rule.Id);
        }

        foreach (var (of, beginning, rule) in beginnings)
        {
            if (of == system && code.StartsWith(beginning, StringComparison.Ordinal))
                found.TryAdd(rule.Label, rule.Id);
        }
    }

    /// <summary>The rules that a source fulfils: a FHIR reference of an organisation.</summary>
    internal IReadOnlyList<LabelRule> OfSource(string organization) => sources.TryGetValue(organization, out var rules) ? rules : [];

    private void Add(FhirNode set)
    {
        var label = set["extension"u8].Items.AsEnumerable().Where(one => one["url"u8].Text == LabelExtension).Select(one => one["valueCoding"u8]["code"u8].Text).FirstOrDefault()
            ?? throw new InvalidDataException($"The rules {set["id"u8].Text} do not say which label they put on ({LabelExtension}).");
        var rule = new LabelRule(label, set["id"u8].Text ?? label);
        foreach (var source in set["extension"u8].Items.AsEnumerable().Where(one => one["url"u8].Text == SourceExtension))
            Listed(sources, source["valueReference"u8]["reference"u8].Text ?? "").Add(rule);
        foreach (var include in set["compose"u8]["include"u8].Items.AsEnumerable())
        {
            var system = include["system"u8].Text ?? "";
            foreach (var concept in include["concept"u8].Items.AsEnumerable())
                Listed(codes, (system, concept["code"u8].Text ?? "")).Add(rule);
            foreach (var filter in include["filter"u8].Items.AsEnumerable().Where(filter => filter["op"u8].Text == "is-a"))
                beginnings.Add((system, filter["value"u8].Text ?? "", rule)); // ICD-10-CM: what is below a category begins with its code
        }
    }

    private static List<LabelRule> Listed<TKey>(Dictionary<TKey, List<LabelRule>> all, TKey key)
        where TKey : notnull
    {
        if (!all.TryGetValue(key, out var listed))
            all[key] = listed = [];
        return listed;
    }
}

/// <summary>A rule.</summary>
/// <param name="Label">The label it puts on.</param>
/// <param name="Id">What it is called when somebody asks why.</param>
internal sealed record LabelRule(string Label, string Id);

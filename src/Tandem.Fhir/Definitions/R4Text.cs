using System.Text;

namespace Tandem.Fhir.Definitions;

/// <summary>
/// The shipped definitions as text. One pass notes where the tables lie; elements are read per type when first asked for.
/// The lines are described in tools/Tandem.Definitions/README.md.
/// </summary>
internal sealed class R4Text
{
    private readonly byte[] bytes;
    private readonly Dictionary<string, (char Kind, string Parent, string Pattern, string? ExtensibleValueSet, string? MaxValueSet, int Elements)> lines = new(StringComparer.Ordinal);
    private readonly List<int> codeTablesFrom = [];
    private readonly CodeTable?[] codeTables;

    internal R4Text()
    {
        using var stream = typeof(R4Text).Assembly.GetManifestResourceStream("Tandem.Fhir.r4.txt")
            ?? throw new InvalidDataException("The R4 definitions are missing from the assembly.");
        bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        Scan();
        codeTables = new CodeTable?[codeTablesFrom.Count];
        foreach (var name in lines.Keys)
            TypeOf(name);
    }

    internal Dictionary<string, FhirType> Types { get; } = new(StringComparer.Ordinal);

    internal List<SearchParameter> SearchParameters { get; } = [];

    internal Dictionary<string, string[]> Compartment { get; } = new(StringComparer.Ordinal);

    /// <summary>The rules that stand right beneath a type or element.</summary>
    internal FhirRule[] ReadRules(int from, out int after)
    {
        var rules = new List<FhirRule>();
        after = from;
        for (var line = Line(after, out var next); line is [(byte)'I', ..]; line = Line(after, out next))
        {
            var cells = Split(line);
            rules.Add(new(cells[1], cells[2] switch { "e" => RuleSeverity.Error, "w" => RuleSeverity.Warning, _ => RuleSeverity.BestPractice }, cells[3], cells[4]));
            after = next;
        }

        return [.. rules];
    }

    internal FhirElement[] ReadElements(FhirType type, int from)
    {
        var elements = type.Parent?.Elements.ToList() ?? [];
        ReadRules(from, out var at);
        while (Line(at, out var next) is [(byte)'E', ..] line)
        {
            var cells = Split(line);
            var element = ReadElement(type, cells, ReadRules(next, out at));
            var inherited = elements.FindIndex(other => other.Name == element.Name);
            if (inherited < 0)
                elements.Add(element);
            else
                elements[inherited] = element;
        }

        return [.. elements];
    }

    private FhirElement ReadElement(FhirType owner, string[] cells, FhirRule[] rules)
    {
        var types = cells[4].Split(',', StringSplitOptions.RemoveEmptyEntries).Select(ReadType).ToArray();
        var max = cells[3] == "*" ? int.MaxValue : Number(cells[3]);
        var codes = cells.Length > 6 && cells[6].Length > 0 ? CodeTableOf(Number(cells[6])) : null;
        return new(owner, cells[1], Number(cells[2]), max, cells.Length > 5 ? cells[5] : "", types, codes)
        {
            Rules = rules,
            ExtensibleValueSet = CellOf(cells, 7),
            MaxValueSet = CellOf(cells, 8),
        };
    }

    private ElementType ReadType(string text)
    {
        var open = text.IndexOf('(', StringComparison.Ordinal);
        return open < 0 ? new(Types[text], []) : new(Types[text[..open]], text[(open + 1)..^1].Split('|'));
    }

    private CodeTable CodeTableOf(int number)
    {
        if (codeTables[number] is { } known)
            return known;
        var groups = new List<(string, string[])>();
        var valueSet = Split(Line(codeTablesFrom[number], out var next))[1];
        for (var line = Line(next, out next); line is [(byte)'C', ..]; line = Line(next, out next))
        {
            var cells = Split(line);
            groups.Add((cells[1], cells[2..]));
        }

        var read = new CodeTable(valueSet, groups);
        return Interlocked.CompareExchange(ref codeTables[number], read, null) ?? read;
    }

    private void Scan()
    {
        for (var at = 0; at < bytes.Length;)
        {
            var line = Line(at, out var next);
            switch (line[0])
            {
                case (byte)'T':
                    var type = Split(line);
                    lines[type[1]] = (type[2][0], type.Length > 3 ? type[3] : "", type.Length > 4 ? type[4] : "", CellOf(type, 5), CellOf(type, 6), next);
                    break;
                case (byte)'V':
                    codeTablesFrom.Add(at);
                    break;
                case (byte)'S':
                    SearchParameters.Add(ReadSearchParameter(Split(line)));
                    break;
                case (byte)'P':
                    var compartment = Split(line);
                    Compartment[compartment[1]] = compartment[2..];
                    break;
            }

            at = next;
        }
    }

    private SearchParameter ReadSearchParameter(string[] cells)
    {
        string[] targets = cells.Length > 5 && cells[5] is not ("" or "*") ? cells[5].Split(' ') : [];
        string[] components = cells.Length > 6 && cells[6].Length > 0 ? cells[6].Split(';') : [];
        return new(
            checked((ushort)SearchParameters.Count), cells[1], cells[2], TypeOfSearch(cells[3]),
            cells.Length > 4 ? cells[4] : "", targets, Array.ConvertAll(components, ReadComponent))
        {
            Name = cells.Length > 7 ? cells[7] : null,
        };
    }

    private static SearchType TypeOfSearch(string word) => word switch
    {
        "number" => SearchType.Number,
        "date" => SearchType.Date,
        "string" => SearchType.String,
        "token" => SearchType.Token,
        "reference" => SearchType.Reference,
        "composite" => SearchType.Composite,
        "quantity" => SearchType.Quantity,
        "uri" => SearchType.Uri,
        "special" => SearchType.Special,
        _ => throw new InvalidDataException($"The definitions name an unknown type of search parameter: {word}."),
    };

    private static SearchComponent ReadComponent(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        return new(text[..equals], text[(equals + 1)..]);
    }

    private FhirType? TypeOf(string name)
    {
        if (name.Length == 0 || Types.TryGetValue(name, out var type))
            return Types.GetValueOrDefault(name);
        var (kind, parent, pattern, valueSet, most, elements) = lines[name];
        return Types[name] = new(this, name, KindOf(kind), TypeOf(parent), pattern, elements) { ExtensibleValueSet = valueSet, MaxValueSet = most };
    }

    private static TypeKind KindOf(char kind) => kind switch
    {
        'r' => TypeKind.Resource,
        'c' => TypeKind.Complex,
        'b' => TypeKind.Backbone,
        'p' => TypeKind.Primitive,
        'a' => TypeKind.Abstract,
        _ => throw new InvalidDataException($"The definitions name an unknown kind of type: {kind}."),
    };

    private ReadOnlySpan<byte> Line(int from, out int next)
    {
        var rest = bytes.AsSpan(from);
        var length = rest.IndexOf((byte)'\n');
        next = from + (length < 0 ? rest.Length : length + 1);
        return length < 0 ? rest : rest[..length];
    }

    private static string[] Split(ReadOnlySpan<byte> line) => Encoding.UTF8.GetString(line).Split('\t');

    private static string? CellOf(string[] cells, int number) => cells.Length > number && cells[number].Length > 0 ? cells[number] : null;

    private static int Number(string cell) => int.Parse(cell, System.Globalization.CultureInfo.InvariantCulture);
}

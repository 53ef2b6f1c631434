using Tandem.Fhir.Definitions;
using Tandem.Fhir.Search;
using Tandem.Kernel.Data;

namespace Tandem.Record.Search;

/// <summary>
/// Where current resources are found by their values. Everything but strings is integers: the parameter's number, 64-bit hashes, the
/// resource's own number. Equality is found by value, and held against one resource by the same key; what is found by range has its
/// rows by resource, side by side on one page, and an index by value. Where a page is written for each row, the order of a key's columns
/// counts: the references of a resource to one target (subject, patient) lie side by side.
/// </summary>
internal static class SearchTables
{
    /// <summary>Strings are cut to this many characters in the index; a key of PostgreSQL holds no more than 2,700 bytes.</summary>
    internal const int LongestText = 400;

    /// <summary>Dates that last longer (a day with its change of clock is in), and those of which a resource has several, are looked for apart, so that others can be found by where they begin.</summary>
    internal const long Narrow = 25L * 3_600_000;

    internal static readonly Table Resources = new(
        "search_resources",
        TableKind.Rows,
        [new("type", DbKind.Integer), new("rid", DbKind.Integer)],
        [new("id_hash", DbKind.Integer), new("at", DbKind.Integer)],
        [new("id", "type, id_hash"), new("at", "type, at, rid")]);

    /// <summary>The type of an identifier (column typed, else 0) lies beside its value, not apart: few values share a page.</summary>
    internal static readonly Table Tokens = new(
        "search_tokens",
        TableKind.Rows,
        [new("param", DbKind.Integer), new("code", DbKind.Integer), new("rid", DbKind.Integer), new("system", DbKind.Integer), new("typed", DbKind.Integer)],
        [],
        []);

    internal static readonly Table References = new(
        "search_references",
        TableKind.Rows,
        [new("target", DbKind.Integer), new("param", DbKind.Integer), new("rid", DbKind.Integer), new("type", DbKind.Integer)],
        [],
        [new("rid", "rid, param, target, type")]);

    /// <summary>With how many characters at its beginning a text shares with the one of the resource that comes before it: whether one is the first that begins as it is searched for is seen without a look at the others.</summary>
    internal static readonly Table Strings = new(
        "search_strings",
        TableKind.Rows,
        [new("rid", DbKind.Integer), new("param", DbKind.Integer), new("text", DbKind.Text), new("exact", DbKind.Integer)],
        [new("rest", DbKind.Text, Nullable: true), new("shared", DbKind.Integer)],
        [new("value", "param, text, rid, exact, shared")]);

    internal static readonly Table Dates = new(
        "search_dates",
        TableKind.Rows,
        [new("rid", DbKind.Integer), new("param", DbKind.Integer), new("low", DbKind.Integer), new("high", DbKind.Integer)],
        [new("wide", DbKind.Integer)],
        [new("value", "param, wide, low, rid, high")]);

    internal static readonly Table Numbers = new(
        "search_numbers",
        TableKind.Rows,
        [
            new("rid", DbKind.Integer), new("param", DbKind.Integer), new("low", DbKind.Real), new("high", DbKind.Real),
            new("code", DbKind.Integer), new("system", DbKind.Integer),
        ],
        [new("wide", DbKind.Integer)],
        [new("value", "param, wide, low, rid, high, code, system")]);

    /// <summary>The repetitions of composites: the first part by its hash, the others as hash, range or text.</summary>
    internal static readonly Table Composites = new(
        "search_composites",
        TableKind.Rows,
        [new("rid", DbKind.Integer), new("param", DbKind.Integer), new("n", DbKind.Integer)],
        [
            new("code", DbKind.Integer), new("system", DbKind.Integer), new("code2", DbKind.Integer), new("system2", DbKind.Integer), new("wide", DbKind.Integer), new("low2", DbKind.Real), new("high2", DbKind.Real),
            new("text2", DbKind.Text, Nullable: true), new("low3", DbKind.Real), new("high3", DbKind.Real),
        ],
        [new("value", "param, code, wide, low2, rid, code2, high2")]);

    /// <summary>Places: degrees for a first look, and the point on a sphere of radius 1, whose straight distances give the exact ones.</summary>
    internal static readonly Table Places = new(
        "search_places",
        TableKind.Rows,
        [new("rid", DbKind.Integer), new("param", DbKind.Integer)],
        [
            new("latitude", DbKind.Real), new("longitude", DbKind.Real), new("x", DbKind.Real), new("y", DbKind.Real), new("z", DbKind.Real),
        ],
        [new("value", "param, latitude, longitude, rid")]);

    /// <summary>Texts behind hashes where a search has to know them: units (list <see cref="Units"/>), addresses (list: the parameter).</summary>
    internal static readonly Table Words = new(
        "search_words", TableKind.Append, [new("list", DbKind.Integer), new("text", DbKind.Text)], [new("hash", DbKind.Integer)], []);

    /// <summary>The list of UCUM codes among the words.</summary>
    internal const long Units = -1;

    internal static readonly IReadOnlyList<Table> All = [Resources, Tokens, References, Strings, Dates, Numbers, Composites, Places, Words, Timeline.Table];

    private static readonly Dictionary<string, int> Numbered =
        R4.ResourceTypes.SelectMany((type, number) => ((string, int)[])[(type, number + 1), (ContainedTypes.Of(type), number + 1 + ContainedTypes.Beyond)])
            .ToDictionary(pair => pair.Item1, pair => pair.Item2, StringComparer.Ordinal);

    /// <summary>A resource type as a number.</summary>
    internal static long TypeNumber(string type) => Numbered[type];

    /// <summary>A parameter of a type as a number; those that all types have get one per type, and so do all of contained resources.</summary>
    internal static long ParameterNumber(string type, SearchParameter parameter) =>
        parameter.Base is "Resource" or "DomainResource" || SiteSearchParameter.Owns(parameter.Id) || ContainedTypes.Is(type) ? ParameterNumber(type, parameter.Id) : parameter.Id;

    /// <summary>The number under which references of a parameter lie: those to patients by <c>patient</c> under <c>subject</c>, see <see cref="NarrowedReferences"/>.</summary>
    internal static long ReferenceNumber(string type, SearchParameter parameter, string target) =>
        ParameterNumber(type, NarrowedReferences.Of(parameter) is { } wider && parameter.PointsTo[0] == target ? wider : parameter);

    /// <summary>The number of a parameter that several types may have.</summary>
    internal static long ParameterNumber(string type, ushort parameter) => ((long)Numbered[type] << 16) | parameter;

    /// <summary>A string as the index keeps it: what it begins with, and the rest beside it; null when there is none.</summary>
    internal static (string Text, string? Beyond) Cut(string normalised)
    {
        var end = LengthKept(normalised);
        return end == normalised.Length ? (normalised, null) : (normalised[..end], normalised[end..]);
    }

    /// <summary>How much of a string the index keeps in one piece.</summary>
    internal static int LengthKept(string normalised) =>
        normalised.Length <= LongestText ? normalised.Length : char.IsHighSurrogate(normalised[LongestText - 1]) ? LongestText - 1 : LongestText;

    /// <summary>A logical id as the index keeps it.</summary>
    internal static long IdHash(string id) => StableHash.Of(id);
}

using Tandem.Fhir.Definitions;
using Tandem.Fhir.Json;

namespace Tandem.Fhir.Search;

/// <summary>
/// One value a resource can be found by. Which members speak depends on <see cref="Kind"/>; the others are zero:
/// <list type="bullet">
/// <item>Token: <see cref="Hash"/> of system|code, <see cref="CodeHash"/>, <see cref="SystemHash"/> (0 when it names no system).</item>
/// <item>Reference: <see cref="Hash"/> of type and id, <see cref="CodeHash"/> of the id alone (of <c>id/_history/version</c> besides, when it
/// names one), <see cref="SystemHash"/> of the type. Of any other address <see cref="Hash"/> of the text without the version it may name,
/// <see cref="CodeHash"/> of the text with it. A reference by identifier comes as a Token besides.</item>
/// <item>The words of a token (its display and text) come as a String besides; an identifier that says its type comes as a Token with
/// <see cref="SystemHash"/> <see cref="OfType"/> and the type's <see cref="Hash"/> besides.</item>
/// <item>Uri: <see cref="Hash"/> of the text; a canonical reference has in <see cref="CodeHash"/> the text without its version.</item>
/// <item>String: <see cref="Text"/> normalised, <see cref="Hash"/> of the text as sent (for <c>:exact</c>).</item>
/// <item>Date: <see cref="Low"/> and <see cref="High"/> in ms since 1970 UTC, [low, high); open ends are the ends of long.</item>
/// <item>Number, Quantity: <see cref="NumberLow"/> and <see cref="NumberHigh"/>, the same unless a range; a quantity also
/// <see cref="Hash"/> of system|code, <see cref="CodeHash"/> of code, else of unit, <see cref="SystemHash"/>; one of UCUM its code in
/// <see cref="Text"/>. A unit that differs from the code comes as a Quantity without system besides.</item>
/// </list>
/// </summary>
public readonly struct SearchValue
{
    /// <summary>The <see cref="SystemHash"/> of what <c>:of-type</c> finds: no system's own.</summary>
    public static readonly long OfType = StableHash.Of("tandem:identifier-of-type"u8);

    /// <summary>The parameter, see <see cref="SearchParameter.Id"/>.</summary>
    public ushort ParameterId { get; init; }

    /// <summary>What sort of value it is; of a composite the sort of the part.</summary>
    public SearchType Kind { get; init; }

    /// <summary>Of a composite: which part, from 0.</summary>
    public byte Component { get; init; }

    /// <summary>Of a composite: parts with the same number belong together, from 1; 0 for any other parameter.</summary>
    public int Group { get; init; }

    /// <summary>See the type.</summary>
    public long Hash { get; init; }

    /// <summary>See the type.</summary>
    public long CodeHash { get; init; }

    /// <summary>See the type.</summary>
    public long SystemHash { get; init; }

    /// <summary>First millisecond of a date.</summary>
    public long Low { get; init; }

    /// <summary>First millisecond after a date.</summary>
    public long High { get; init; }

    /// <summary>Least number.</summary>
    public double NumberLow => BitConverter.Int64BitsToDouble(Low);

    /// <summary>Greatest number.</summary>
    public double NumberHigh => BitConverter.Int64BitsToDouble(High);

    /// <summary>A string as it is compared (R4 3.1.1.4.8): normalised, without punctuation; of a quantity its UCUM code; of an address itself; null for other kinds.</summary>
    public string? Text { get; init; }

    /// <summary>Where it was read, for whoever needs the text itself.</summary>
    public FhirNode Source { get; init; }
}

/// <summary>A growing list of <see cref="SearchValue"/>, made to be used again: clear it, fill it, read its span. Not thread-safe.</summary>
public sealed class SearchValueList
{
    private readonly List<ushort> unanswered = [];
    private SearchValue[] values = new SearchValue[64];

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>The values; valid until the next call.</summary>
    public ReadOnlySpan<SearchValue> Span => values.AsSpan(0, Count);

    /// <summary>Numbers of the site's own parameters whose expression had no answer (<see cref="SiteSearchParameter.Number"/>): values of theirs are missing. Valid until the list is cleared.</summary>
    public IReadOnlyList<ushort> Unanswered => unanswered;

    /// <summary>Empties the list and lets go of what it pointed to.</summary>
    public void Clear()
    {
        unanswered.Clear();
        values.AsSpan(0, Count).Clear();
        Count = 0;
    }

    internal void CutTo(int count)
    {
        values.AsSpan(count, Count - count).Clear();
        Count = count;
    }

    internal void AddUnanswered(ushort number) => unanswered.Add(number);

    internal void Add(in SearchValue value)
    {
        if (Count == values.Length)
            Array.Resize(ref values, values.Length * 2);
        values[Count++] = value;
    }
}

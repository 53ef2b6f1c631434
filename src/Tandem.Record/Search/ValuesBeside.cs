using Tandem.Fhir.Definitions;
using Tandem.Fhir.Search;

namespace Tandem.Record.Search;

/// <summary>What the row of a value tells of the other values of its parameter.</summary>
/// <param name="Shared">How many characters a text begins with like the one that comes before it in the index; -1 when none does.</param>
/// <param name="IsOneOfSeveral">True for a date beside which there are others: a narrow row is the only one.</param>
internal readonly record struct Beside(int Shared, bool IsOneOfSeveral);

/// <summary>The texts and dates of one resource in the order of the index, sorted once: there may be tens of thousands. Each thread has one, good until it asks for the next.</summary>
internal sealed class ValuesBeside
{
    [ThreadStatic]
    private static ValuesBeside? own;

    private readonly List<(ushort Parameter, string Text, int At)> texts = [];
    private readonly HashSet<ushort> dated = [];
    private readonly HashSet<ushort> oftenDated = [];
    private Beside[] beside = [];

    /// <summary>Reads all values of a resource; those of composites have no rows of this kind and count for nothing.</summary>
    internal static ValuesBeside Of(ReadOnlySpan<SearchValue> values)
    {
        var read = own ??= new ValuesBeside();
        read.Read(values);
        return read;
    }

    /// <summary>Of the value at a place among those that were read.</summary>
    internal Beside this[int at] => beside[at];

    private void Read(ReadOnlySpan<SearchValue> values)
    {
        if (beside.Length < values.Length)
            beside = new Beside[values.Length];
        dated.Clear();
        oftenDated.Clear();
        for (var at = 0; at < values.Length; at++)
        {
            ref readonly var value = ref values[at];
            beside[at] = default;
            if (value.Group != 0)
                continue;
            if (value.Kind == SearchType.String)
                texts.Add((value.ParameterId, value.Text!, at));
            else if (value.Kind == SearchType.Date && !dated.Add(value.ParameterId))
                oftenDated.Add(value.ParameterId);
        }

        for (var at = 0; at < values.Length && oftenDated.Count > 0; at++)
        {
            if (values[at].Kind == SearchType.Date && oftenDated.Contains(values[at].ParameterId))
                beside[at] = new(0, true);
        }

        Share();
        texts.Clear();
    }

    private void Share()
    {
        texts.Sort(static (one, other) => one.Parameter != other.Parameter ? one.Parameter.CompareTo(other.Parameter) : Compare(Kept(one.Text), Kept(other.Text)));
        for (var at = 0; at < texts.Count; at++)
        {
            var shared = -1;
            if (at > 0 && texts[at - 1].Parameter == texts[at].Parameter)
            {
                var (text, before) = (texts[at].Text, texts[at - 1].Text);
                shared = Kept(text).SequenceEqual(Kept(before)) ? beside[texts[at - 1].At].Shared : Kept(text).CommonPrefixLength(Kept(before));
            }

            beside[texts[at].At] = new(shared, false);
        }
    }

    private static ReadOnlySpan<char> Kept(string text) => text.AsSpan(0, SearchTables.LengthKept(text));

    /// <summary>By code points, as both engines order texts; UTF-16 has those beyond its first plane before the last of it.</summary>
    private static int Compare(ReadOnlySpan<char> one, ReadOnlySpan<char> other)
    {
        var shared = one.CommonPrefixLength(other);
        if (shared == one.Length || shared == other.Length)
            return one.Length.CompareTo(other.Length);
        var (left, right) = (one[shared], other[shared]);
        return char.IsSurrogate(left) == char.IsSurrogate(right) ? left.CompareTo(right) : char.IsSurrogate(right) ? -1 : 1;
    }
}

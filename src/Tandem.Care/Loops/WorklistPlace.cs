using System.Globalization;

namespace Tandem.Care.Loops;

/// <summary>A row's place on a worklist, as addresses write it. Places are in the order of the list.</summary>
/// <param name="Rank">Milliseconds since 1970 UTC, see <see cref="LoopScore.RankAt"/>.</param>
/// <param name="Id">The loop.</param>
internal sealed record WorklistPlace(long Rank, string Id) : IComparable<WorklistPlace>
{
    internal static WorklistPlace Of(Loop loop) => new(LoopScore.RankAt(loop).ToUnixTimeMilliseconds(), loop.Id);

    /// <summary>Reads what <see cref="ToString"/> wrote; null for anything else.</summary>
    internal static WorklistPlace? Parse(string text)
    {
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && long.TryParse(text.AsSpan(0, dot), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var rank)
            ? new WorklistPlace(rank, text[(dot + 1)..])
            : null;
    }

    public int CompareTo(WorklistPlace? other)
    {
        if (other is null)
            return 1;
        var byRank = Rank.CompareTo(other.Rank);
        return byRank != 0 ? byRank : string.CompareOrdinal(Id, other.Id);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Rank}.{Id}");
}

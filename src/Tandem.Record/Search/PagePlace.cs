using System.Globalization;

namespace Tandem.Record.Search;

/// <summary>
/// Where a page begins: after these keys and this number, among the resources that were there when the first page was read. Numbers
/// only grow and never change, so in their order nothing is skipped or repeated whatever is written in between.
/// </summary>
/// <param name="Most">The greatest number that belongs to the search.</param>
/// <param name="Driver">Which clause drove the first page, so that the next goes on in the same order; -1 for none.</param>
/// <param name="Keys">Sort keys of the last hit; none at the first page.</param>
/// <param name="Rid">Number of the last hit.</param>
internal sealed record PagePlace(long Most, int Driver, IReadOnlyList<string> Keys, long Rid)
{
    /// <summary>Nothing has driven yet.</summary>
    internal const int Unknown = -2;

    /// <summary>Stands between places that are kept in one text.</summary>
    internal const char Between = '\u001e';

    /// <summary>Which of the types searched, when they are several.</summary>
    internal int Type { get; init; }

    /// <summary>True when it is not known yet which number was the greatest as the first page was read: the page tells.</summary>
    internal bool AsksMost { get; init; }

    private const char Separator = '\u001f';

    internal static PagePlace First(long most) => new(most, Unknown, [], 0);

    internal static PagePlace Read(string text)
    {
        var parts = text.Split(Separator);
        return new(Number(parts[0]), (int)Number(parts[2]), parts[4..], Number(parts[1])) { Type = (int)Number(parts[3]) };
    }

    /// <summary>The place after a hit of a page that a clause drove.</summary>
    internal PagePlace After(Hit hit, int driver) => this with { Driver = driver, Keys = hit.Keys, Rid = hit.Number, AsksMost = false };

    public override string ToString() =>
        string.Join(Separator, [Most.ToString(CultureInfo.InvariantCulture), Rid.ToString(CultureInfo.InvariantCulture), Driver.ToString(CultureInfo.InvariantCulture), Type.ToString(CultureInfo.InvariantCulture), .. Keys.Select(key => key.Replace(Separator, ' ').Replace(Between, ' '))]);

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}

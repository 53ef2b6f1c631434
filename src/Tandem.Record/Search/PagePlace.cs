using System.Globalization;

namespace Tandem.Record.Search;

/// <summary>
/// Where a page begins: after these keys and this number, among the resources that were there when the first page was read. Numbers
/// only grow and never change, so in their order nothing is skipped or repeated whatever is written in between.
/// </summary>
/// <param name="Most">The greatest number that belongs to the search.</param>
/// <param name="Keys">Sort keys of the last hit; none at the first page.</param>
/// <param name="Rid">Number of the last hit.</param>
internal sealed record PagePlace(long Most, IReadOnlyList<string> Keys, long Rid)
{
    private const char Separator = '\u001f';

    internal static PagePlace First(long most) => new(most, [], 0);

    internal static PagePlace Read(string text)
    {
        var parts = text.Split(Separator);
        return new(Number(parts[0]), parts[2..], Number(parts[1]));
    }

    internal PagePlace After(Hit hit) => this with { Keys = hit.Keys, Rid = hit.Version.Rid };

    public override string ToString() =>
        string.Join(Separator, [Most.ToString(CultureInfo.InvariantCulture), Rid.ToString(CultureInfo.InvariantCulture), .. Keys.Select(key => key.Replace(Separator, ' '))]);

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}

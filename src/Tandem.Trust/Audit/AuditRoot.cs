using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Tandem.Trust.Audit;

/// <summary>Why a root was signed.</summary>
internal enum RootKind
{
    /// <summary>The hub started on events that were there.</summary>
    Opened,

    /// <summary>Its time had come.</summary>
    Hourly,

    /// <summary>Somebody asked for it.</summary>
    Asked,

    /// <summary>The hub stopped.</summary>
    Closed,

    /// <summary>Everything up to here was removed after its time.</summary>
    Purged,

    /// <summary>A journal that a hub left behind lacked entries, or held some that could not be read.</summary>
    Gap,

    /// <summary>Overwritten every second while events come: bounds what could be cut off unseen.</summary>
    Mark,
}

/// <summary>The ends of all lanes at one place, signed: nothing before it can be changed, removed or added without being found.</summary>
/// <param name="Number">1, 2, 3 … over all roots; 0 for a mark.</param>
/// <param name="Kind">Why.</param>
/// <param name="At">When.</param>
/// <param name="Seq">The last event it covers.</param>
/// <param name="Heads">The end of each lane.</param>
/// <param name="Previous">SHA-256 of the root's line before it, in hex; empty for the first.</param>
internal sealed record AuditRoot(long Number, RootKind Kind, DateTimeOffset At, long Seq, IReadOnlyList<LaneHead> Heads, string Previous)
{
    /// <summary>One line: <c>{"root":{…},"signature":"…"}</c>; the signature is over the text of <c>root</c>.</summary>
    internal string ToLine(AuditKey key)
    {
        var root = JsonSerializer.Serialize(new Written(
            Number, Kind.ToString(), At, Seq,
            [.. Heads.Select((head, lane) => (head, lane)).Where(one => one.head.Place > 0)
                .Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.lane}:{one.head.Place}:{Convert.ToHexStringLower(one.head.Hash)}"))],
            Previous, key.Id));
        return $$"""{"root":{{root}},"signature":"{{Convert.ToBase64String(key.Sign(Encoding.UTF8.GetBytes(root)))}}"}""";
    }

    /// <summary>Reads a line; null when it is none of this key's.</summary>
    internal static AuditRoot? Read(string line, AuditKey key)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            var text = json.RootElement.GetProperty("root").GetRawText();
            if (!key.IsSigned(Encoding.UTF8.GetBytes(text), json.RootElement.GetProperty("signature").GetBytesFromBase64())
                || JsonSerializer.Deserialize<Written>(text) is not { } written)
            {
                return null;
            }

            var heads = new LaneHead[AuditChain.Lanes];
            Array.Fill(heads, LaneHead.Empty);
            foreach (var lane in written.Lanes.Select(lane => lane.Split(':')))
                heads[int.Parse(lane[0], CultureInfo.InvariantCulture)] = new LaneHead(long.Parse(lane[1], CultureInfo.InvariantCulture), Convert.FromHexString(lane[2]));
            return new AuditRoot(written.Number, Enum.Parse<RootKind>(written.Kind), written.At, written.Seq, heads, written.Previous);
        }
        catch (Exception e) when (e is JsonException or FormatException or KeyNotFoundException or InvalidOperationException or IndexOutOfRangeException or ArgumentException)
        {
            return null;
        }
    }

    internal static string HashOf(string line) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(line)));

    private sealed record Written(long Number, string Kind, DateTimeOffset At, long Seq, IReadOnlyList<string> Lanes, string Previous, string Key);
}

/// <summary>The second place: a folder beside which no database stands. Roots are appended to a file, the mark is overwritten.</summary>
internal sealed class RootFolder(string folder)
{
    private string File => Path.Combine(folder, "roots.ndjson");

    private string MarkFile => Path.Combine(folder, "mark.json");

    /// <summary>All lines, in order.</summary>
    internal IReadOnlyList<string> Lines => System.IO.File.Exists(File) ? [.. System.IO.File.ReadLines(File).Where(line => line.Length > 0)] : [];

    /// <summary>The newest mark's line, or null.</summary>
    internal string? MarkLine => System.IO.File.Exists(MarkFile) ? System.IO.File.ReadAllText(MarkFile).Trim() : null;

    /// <summary>The number of the last root that is here; 0 when none is.</summary>
    internal long LastNumber(AuditKey key) => Lines.Select(line => AuditRoot.Read(line, key)?.Number ?? 0).DefaultIfEmpty().Max();

    internal void Append(string line)
    {
        Directory.CreateDirectory(folder);
        using var file = new FileStream(File, FileMode.Append, FileAccess.Write, FileShare.Read);
        file.Write(Encoding.UTF8.GetBytes(line + "\n"));
        file.Flush(flushToDisk: true);
    }

    internal void Mark(string line)
    {
        Directory.CreateDirectory(folder);
        System.IO.File.WriteAllText(MarkFile + ".new", line + "\n");
        System.IO.File.Move(MarkFile + ".new", MarkFile, overwrite: true);
    }
}

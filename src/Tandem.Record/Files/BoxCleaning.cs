using System.Buffers.Binary;

namespace Tandem.Record.Files;

/// <summary>
/// Takes out of films and HEIF pictures (ISO/IEC 14496-12 boxes, QuickTime atoms) what is neither picture nor sound: place, time, device, author, titles, and tracks of such data. Nothing moves: what goes
/// is overwritten with zeros where it stands and becomes free space, because other boxes point into the file by number.
/// </summary>
/// <param name="file">A copy that may be changed.</param>
internal ref struct BoxCleaning(Span<byte> file)
{
    private const int MostDepth = 8;
    private static readonly string[] Inner = ["moov", "trak", "mdia", "minf", "moof", "traf"];

    /// <summary>What may stand where; everything else goes. A place that is not named keeps all.</summary>
    private static readonly Dictionary<string, HashSet<string>> Kept = new(StringComparer.Ordinal)
    {
        [""] = ["ftyp", "styp", "moov", "moof", "mdat", "sidx", "ssix", "mfra", "pdin", "wide", "meta"],
        ["moov"] = ["mvhd", "trak", "mvex", "iods", "ctab", "pssh"],
        ["trak"] = ["tkhd", "tref", "edts", "mdia", "load", "tapt", "clip", "matt", "trgr"],
        ["mdia"] = ["mdhd", "hdlr", "minf", "elng"],
        ["moof"] = ["mfhd", "traf", "pssh"],
        ["traf"] = ["tfhd", "tfdt", "trun", "sbgp", "sgpd", "subs", "saiz", "saio", "senc"],
        ["meta"] = ["hdlr", "pitm", "iinf", "iref", "iprp", "iloc", "idat", "grpl", "dinf"],
    };

    private readonly Span<byte> file = file;

    /// <summary>The file without what tells of its making.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A box ends behind the one around it, or cannot be understood well enough to be cleaned.</exception>
    internal static byte[] Clean(ReadOnlySpan<byte> file)
    {
        var copy = file.ToArray();
        new BoxCleaning(copy).Walk("", 0, copy.Length, 0);
        return copy;
    }

    /// <summary>The boxes between two places: type, where the content begins and where the box ends.</summary>
    internal static List<(string Type, int Begin, int Content, int End)> Boxes(ReadOnlySpan<byte> file, int from, int to)
    {
        var boxes = new List<(string, int, int, int)>();
        for (var at = from; to - at >= 8;)
        {
            long size = BinaryPrimitives.ReadUInt32BigEndian(file[at..]);
            var head = size == 1 ? 16 : 8;
            size = size switch { 0 => to - at, 1 => BinaryPrimitives.ReadInt64BigEndian(file[(at + 8)..]), _ => size };
            if (size < head || size > to - at)
                throw new ArgumentOutOfRangeException(nameof(file), "A box ends behind the one around it.");
            boxes.Add((System.Text.Encoding.Latin1.GetString(file.Slice(at + 4, 4)), at, at + head, at + (int)size));
            at += (int)size;
        }

        return boxes;
    }

    private readonly void Walk(string within, int from, int to, int depth)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(depth, MostDepth);
        foreach (var (type, begin, content, end) in Boxes(file, from, to))
        {
            if (type == "cmov")
                throw new ArgumentOutOfRangeException(nameof(within), "A film whose head is compressed cannot be cleaned.");
            if ((Kept.TryGetValue(within, out var kept) && !kept.Contains(type)) || (type == "meta" && !IsOfPicture(content + 4, end)) || (type == "trak" && IsOfData(content, end)))
                Erase(begin, content, end);
            else if (type == "meta")
                CleanItems(content + 4, end, depth);
            else if (Inner.Contains(type))
                Walk(type, content, end, depth + 1);
            else
                CleanHead(type, content, end);
        }
    }

    private readonly void CleanItems(int from, int to, int depth)
    {
        HeifItems.Erase(file, from, to);
        Walk("meta", from, to, depth + 1);
    }

    /// <summary>Such a box says which pictures there are; any other only tells of them.</summary>
    private readonly bool IsOfPicture(int from, int to) => Find("hdlr", from, to) is { } handler && file.Slice(handler.Content + 8, 4).SequenceEqual("pict"u8);

    /// <summary>When it was made, and how the program that made it is called.</summary>
    private readonly void CleanHead(string type, int content, int end)
    {
        if (type is "mvhd" or "tkhd" or "mdhd")
            file.Slice(content + 4, file[content] == 1 ? 16 : 8).Clear();
        else if (type == "hdlr" && end > content + 24)
            file[(content + 24)..end].Clear();
    }

    /// <summary>A track whose samples are neither picture nor sound nor words, such as the way that a telephone took; its samples go with it.</summary>
    private readonly bool IsOfData(int content, int end)
    {
        if (Find("mdia", content, end) is not { } media || Find("hdlr", media.Content, media.End) is not { } handler || !file.Slice(handler.Content + 8, 4).SequenceEqual("meta"u8))
            return false;
        if (Find("minf", media.Content, media.End) is { } information && Find("stbl", information.Content, information.End) is { } table)
            EraseSamples(table.Content, table.End);
        return true;
    }

    private readonly void EraseSamples(int from, int to)
    {
        var sizes = Content("stsz", from, to);
        var runs = Content("stsc", from, to);
        var isLong = Find("co64", from, to) is not null;
        var places = Content(isLong ? "co64" : "stco", from, to);
        var (sample, run, erased) = (0L, 0, 0L);
        for (var chunk = 0; chunk < Number(places, 4); chunk++)
        {
            while (run + 1 < Number(runs, 4) && Number(runs, 8 + (12 * (run + 1))) <= chunk + 1)
                run++;
            var samples = Number(runs, 12 + (12 * run));
            var length = Number(sizes, 4) is > 0 and var each ? each * samples : LengthOf(sizes, sample, samples);
            (sample, erased) = (sample + samples, erased + length);
            if (erased > file.Length)
                throw new ArgumentOutOfRangeException(nameof(from), "A track's samples are more than the file.");
            var at = isLong ? BinaryPrimitives.ReadInt64BigEndian(places[(8 + (8 * chunk))..]) : Number(places, 8 + (4 * chunk));
            file.Slice(checked((int)at), checked((int)length)).Clear();
        }
    }

    private static long LengthOf(ReadOnlySpan<byte> sizes, long sample, long samples)
    {
        var length = 0L;
        for (var at = sample; at < sample + samples; at++)
            length += Number(sizes, checked((int)(12 + (4 * at))));
        return length;
    }

    private readonly ReadOnlySpan<byte> Content(string type, int from, int to) =>
        Find(type, from, to) is { } box ? file[box.Content..box.End] : throw new ArgumentOutOfRangeException(nameof(type), $"A track lacks {type}.");

    private static long Number(ReadOnlySpan<byte> content, int at) => BinaryPrimitives.ReadUInt32BigEndian(content[at..]);

    private readonly (int Content, int End)? Find(string type, int from, int to)
    {
        foreach (var box in Boxes(file, from, to))
        {
            if (box.Type == type)
                return (box.Content, box.End);
        }

        return null;
    }

    private readonly void Erase(int begin, int content, int end)
    {
        "free"u8.CopyTo(file[(begin + 4)..]);
        file[content..end].Clear();
    }
}

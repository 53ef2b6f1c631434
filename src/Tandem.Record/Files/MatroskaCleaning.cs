using System.Numerics;

namespace Tandem.Record.Files;

/// <summary>
/// Blanks in a WebM or Matroska file (RFC 9559) what tells of its making, where it stands: tags, attachments, chapters, title, date, file names, names of tracks become Void elements, programs' names blanks. Nothing
/// moves, so places that point into the file stay true.
/// </summary>
internal readonly ref struct MatroskaCleaning(Span<byte> file)
{
    private const uint Header = 0x1A45DFA3;
    private const uint Segment = 0x18538067;
    private const uint SegmentInfo = 0x1549A966;
    private const uint Tracks = 0x1654AE6B;
    private const uint Track = 0xAE;
    private const uint TrackName = 0x536E;
    private const uint TrackAttachment = 0x7446;
    private const uint Cluster = 0x1F43B675;
    private const uint Void = 0xEC;
    private const uint Sum = 0xBF;
    private const uint MuxingApp = 0x4D80;
    private const uint WritingApp = 0x5741;

    /// <summary>What stays of a segment: how to find and play it, and, since a cluster may not say where it ends, what stands in clusters.</summary>
    private static readonly HashSet<uint> Played = [0x114D9B74, Tracks, Cluster, 0x1C53BB6B, Void, 0xE7, 0xA3, 0xA0, 0xA7, 0xAB, 0x5854];

    /// <summary>What stays of a segment's description: the unit of time, and how long it lasts.</summary>
    private static readonly HashSet<uint> Measured = [0x2AD7B1, 0x4489, Void];

    private readonly Span<byte> file = file;

    /// <summary>The file without what tells of its making.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An element ends behind the one around it.</exception>
    internal static byte[] Clean(ReadOnlySpan<byte> file)
    {
        var copy = file.ToArray();
        new MatroskaCleaning(copy).Walk(0, 0, copy.Length);
        return copy;
    }

    private readonly void Walk(uint within, int from, int to)
    {
        for (var at = from; at < to;)
        {
            var (id, content, end) = Element(at, to);
            switch (within)
            {
                case 0 when id == Segment:
                case Segment when id is SegmentInfo or Tracks:
                case Tracks when id == Track:
                    Walk(id, content, end);
                    break;
                case Segment when id == Cluster && end == to && HasNoEnd(at):
                    end = content; // what stands in it is walked as if it stood beside it
                    break;
                case SegmentInfo when id is MuxingApp or WritingApp:
                    file[content..end].Fill((byte)' ');
                    break;
                default:
                    if (!IsKept(within, id))
                        Erase(at, end);
                    break;
            }

            at = end;
        }
    }

    private static bool IsKept(uint within, uint id) => within switch
    {
        0 => id is Header or Void,
        Segment => Played.Contains(id),
        SegmentInfo => Measured.Contains(id),
        Tracks => id == Void,
        _ => id is not (TrackName or TrackAttachment or Sum),
    };

    private readonly (uint Id, int Content, int End) Element(int at, int to)
    {
        var width = BitOperations.LeadingZeroCount(file[at]) - 24 + 1;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, 4);
        var id = 0u;
        foreach (var part in file.Slice(at, width))
            id = (id << 8) | part;
        var size = file.Slice(at + width, WidthOf(at + width));
        var content = at + width + size.Length;
        var length = (long)size[0] & (0xFF >> size.Length);
        foreach (var part in size[1..])
            length = (length << 8) | part;
        var end = HasNoEnd(at) ? to : content + length;
        if (length < 0 || end > to)
            throw new ArgumentOutOfRangeException(nameof(at), "An element ends behind the one around it.");
        return (id, content, (int)end);
    }

    /// <summary>How many bytes a size has.</summary>
    private readonly int WidthOf(int at) => file[at] == 0 ? throw new ArgumentOutOfRangeException(nameof(at), "A size has more than eight bytes.") : BitOperations.LeadingZeroCount(file[at]) - 24 + 1;

    /// <summary>A size of ones alone: whoever wrote it did not know yet (RFC 8794, 6.2).</summary>
    private readonly bool HasNoEnd(int at)
    {
        var size = file[(at + BitOperations.LeadingZeroCount(file[at]) - 24 + 1)..];
        var width = BitOperations.LeadingZeroCount(size[0]) - 24 + 1;
        return width <= 8 && size[0] == (byte)((0x1FF >> width) & 0xFF) && !size[1..width].ContainsAnyExcept((byte)0xFF);
    }

    private readonly void Erase(int begin, int end)
    {
        var length = end - begin;
        var element = file[begin..end];
        element.Clear();
        element[0] = (byte)Void;
        if (length < 9)
        {
            element[1] = (byte)(0x80 | (length - 2));
            return;
        }

        element[1] = 0x01; // the widest size there is
        for (var (i, left) = (8, (long)length - 9); i > 1; i--, left >>= 8)
            element[i] = (byte)left;
    }
}

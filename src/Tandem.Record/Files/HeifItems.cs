using System.Buffers.Binary;

namespace Tandem.Record.Files;

/// <summary>Overwrites the items of a HEIF picture that are no pictures: Exif, XMP and whatever else stands beside them (ISO/IEC 14496-12 8.11, 23008-12).</summary>
internal static class HeifItems
{
    private const int MostItems = 100_000;

    /// <summary>Erases them by the place that the table of items names.</summary>
    /// <param name="file">Changed where it stands.</param>
    /// <param name="from">Where the boxes of the picture's <c>meta</c> begin.</param>
    /// <param name="to">Where they end.</param>
    /// <exception cref="ArgumentOutOfRangeException">An item's place cannot be told.</exception>
    internal static void Erase(Span<byte> file, int from, int to)
    {
        var boxes = BoxCleaning.Boxes(file, from, to);
        var told = new HashSet<uint>();
        foreach (var box in boxes.Where(box => box.Type == "iinf"))
            told.UnionWith(Told(file, box.Content, box.End));
        var data = boxes.Find(box => box.Type == "idat");
        foreach (var box in boxes.Where(box => box.Type == "iloc"))
        {
            foreach (var (at, length) in Places(file, box.Content, told, data.Content))
                file.Slice(at, length).Clear();
        }
    }

    /// <summary>The numbers of items that tell of a picture.</summary>
    private static List<uint> Told(Span<byte> file, int content, int end)
    {
        var found = new List<uint>();
        foreach (var entry in BoxCleaning.Boxes(file, content + (file[content] == 0 ? 6 : 8), end).Where(entry => entry.Type == "infe"))
        {
            var isLong = file[entry.Content] >= 3;
            if (file[entry.Content] < 2)
                throw new ArgumentOutOfRangeException(nameof(file), "An item does not say what it is.");
            var type = file.Slice(entry.Content + (isLong ? 10 : 8), 4);
            if (type.SequenceEqual("Exif"u8) || type.SequenceEqual("mime"u8) || type.SequenceEqual("uri "u8))
                found.Add(isLong ? BinaryPrimitives.ReadUInt32BigEndian(file[(entry.Content + 4)..]) : BinaryPrimitives.ReadUInt16BigEndian(file[(entry.Content + 4)..]));
        }

        return found;
    }

    private static List<(int At, int Length)> Places(ReadOnlySpan<byte> file, int content, HashSet<uint> told, int data)
    {
        var places = new List<(int, int)>();
        var erased = 0L;
        var table = new PlaceReader(file, content);
        for (var item = table.Count; item > 0; item--)
        {
            var (id, method, start, extents) = table.Item();
            for (; extents > 0; extents--)
            {
                var (offset, length) = table.Extent();
                if (!told.Contains(id))
                    continue;
                if (length == 0 || method > 1 || (method == 1 && data == 0) || (erased += length) > file.Length)
                    throw new ArgumentOutOfRangeException(nameof(file), "An item's place cannot be told.");
                places.Add((checked((int)(start + offset + (method == 1 ? data : 0))), checked((int)length)));
            }
        }

        return places;
    }

    /// <summary>Reads the table of places (8.11.3), whose numbers are as wide as its head says.</summary>
    private ref struct PlaceReader
    {
        private readonly ReadOnlySpan<byte> file;
        private readonly int version;
        private readonly int offsetSize;
        private readonly int lengthSize;
        private readonly int baseSize;
        private readonly int indexSize;
        private int at;

        internal PlaceReader(ReadOnlySpan<byte> file, int content)
        {
            this.file = file;
            (version, at) = (file[content], content + 6);
            (offsetSize, lengthSize) = (file[content + 4] >> 4, file[content + 4] & 15);
            (baseSize, indexSize) = (file[content + 5] >> 4, version > 0 ? file[content + 5] & 15 : 0);
            Count = (int)Number(version < 2 ? 2 : 4);
            if (Count > MostItems)
                throw new ArgumentOutOfRangeException(nameof(file), "There are too many items.");
        }

        internal int Count { get; }

        internal (uint Id, int Method, long Base, int Extents) Item()
        {
            var id = (uint)Number(version < 2 ? 2 : 4);
            var method = version > 0 ? (int)Number(2) & 15 : 0;
            Number(2); // which file: this one
            return (id, method, Number(baseSize), (int)Number(2));
        }

        internal (long Offset, long Length) Extent()
        {
            Number(indexSize);
            return (Number(offsetSize), Number(lengthSize));
        }

        private long Number(int size)
        {
            var number = 0L;
            foreach (var part in file.Slice(at, size))
                number = (number << 8) | part;
            at += size;
            return number;
        }
    }
}

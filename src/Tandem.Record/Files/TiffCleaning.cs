using System.Buffers.Binary;

namespace Tandem.Record.Files;

/// <summary>TIFF 6.0: what tells of place, time, device and author is overwritten with zeros where it lies, so that nothing moves.</summary>
internal static class TiffCleaning
{
    private const int MostEntries = 200_000;

    /// <summary>Bytes of a value by its type (TIFF 6.0 section 2).</summary>
    private static readonly int[] Sizes = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8];

    /// <summary>Name, description, make, model, software, time, author, computer, XMP, copyright, IPTC, Photoshop.</summary>
    private static readonly HashSet<int> Told = [269, 270, 271, 272, 285, 305, 306, 315, 316, 700, 33432, 33723, 34377, 37724];

    /// <summary>Directories of their own: Exif, GPS, interoperability.</summary>
    private static readonly HashSet<int> Directories = [34665, 34853, 40965];

    /// <summary>SubIFDs (TIFF Technical Note 1): further pictures, such as the sensor's own, each with a directory like the first.</summary>
    private const int Further = 330;

    internal static ReadOnlyMemory<byte> Clean(ReadOnlyMemory<byte> file)
    {
        var clean = file.ToArray();
        var isLittle = clean[0] == (byte)'I';
        var (seen, effort) = (new HashSet<long>(), 0L);
        var further = new Queue<long>([Four(clean, 4, isLittle)]);
        while (further.TryDequeue(out var at))
        {
            while (at != 0 && seen.Add(at))
                at = CleanDirectory(clean, at, isLittle, isAll: false, further, ref effort);
        }

        return clean;
    }

    /// <returns>Where the next directory is.</returns>
    private static long CleanDirectory(byte[] file, long at, bool isLittle, bool isAll, Queue<long> further, ref long effort)
    {
        var count = Two(file, at, isLittle);
        if ((effort += count) > MostEntries)
            throw new OverflowException("The directories of this picture have no end.");
        for (var i = 0; i < count; i++)
        {
            var entry = at + 2 + (i * 12);
            var (tag, type, values) = (Two(file, entry, isLittle), Two(file, entry + 2, isLittle), Four(file, entry + 4, isLittle));
            if (Directories.Contains(tag) && Four(file, entry + 8, isLittle) is var below and > 0 && !isAll)
                CleanDirectory(file, below, isLittle, isAll: true, further, ref effort);
            if (tag == Further && !isAll)
                AddFurther(file, entry, values, isLittle, further, ref effort);
            if (!isAll && !Told.Contains(tag))
                continue;
            var length = values * (type < Sizes.Length ? Sizes[type] : 0);
            effort += length / 1024; // overlapping values would be cleared again and again
            file.AsSpan(checked((int)(length <= 4 ? entry + 8 : Four(file, entry + 8, isLittle))), checked((int)length)).Clear();
        }

        return Four(file, at + 2 + (count * 12), isLittle);
    }

    /// <summary>The directories that an entry points to: one stands in the entry itself, several lie elsewhere.</summary>
    private static void AddFurther(byte[] file, long entry, long values, bool isLittle, Queue<long> further, ref long effort)
    {
        if ((effort += values) > MostEntries)
            throw new OverflowException("The directories of this picture have no end.");
        var list = values == 1 ? entry + 8 : Four(file, entry + 8, isLittle);
        for (var i = 0; i < values; i++)
            further.Enqueue(Four(file, list + (i * 4), isLittle));
    }

    private static int Two(byte[] file, long at, bool isLittle)
    {
        var bytes = file.AsSpan((int)at, 2);
        return isLittle ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);
    }

    private static long Four(byte[] file, long at, bool isLittle)
    {
        var bytes = file.AsSpan((int)at, 4);
        return isLittle ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes);
    }
}

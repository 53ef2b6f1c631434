using System.Buffers;
using System.Buffers.Binary;

namespace Tandem.Record.Files;

/// <summary>
/// Takes out of WAV, MP3 and Ogg files what is not sound: titles, names, places, times, programs, pictures, and whatever stands before or behind the sound. The sound itself stays byte by byte.
/// </summary>
internal static class SoundCleaning
{
    /// <summary>How far into a stream comments may reach, in bytes; what is longer is refused.</summary>
    private const int MostHead = 4 << 20;

    private static readonly uint[] OggSums = Sums();

    /// <summary>A RIFF file with its format, its sound, and what is needed to play it: no INFO, no broadcast extension, no tags (Multimedia Programming Interface 1.0, RIFF).</summary>
    internal static ReadOnlyMemory<byte> CleanWave(ReadOnlyMemory<byte> file)
    {
        var clean = new ArrayBufferWriter<byte>(file.Length);
        clean.Write(file.Span[..12]);
        for (var at = 12; at + 8 <= file.Length;)
        {
            var length = BinaryPrimitives.ReadUInt32LittleEndian(file.Span[(at + 4)..]);
            var isSound = file.Span.Slice(at, 4).SequenceEqual("data"u8);
            var size = isSound ? Math.Min(length, file.Length - at - 8) : length; // recorders that were cut off leave a size of their hopes
            var chunk = file.Span.Slice(at, checked(8 + (int)size));
            if (isSound || chunk.StartsWith("fmt "u8) || chunk.StartsWith("fact"u8))
            {
                clean.Write(chunk);
                if ((size & 1) != 0)
                    clean.Write<byte>([0]);
            }

            at = checked(at + 8 + (int)size + (int)(size & 1));
        }

        BinaryPrimitives.WriteInt32LittleEndian(Written(clean)[4..], clean.WrittenCount - 8);
        return clean.WrittenMemory;
    }

    /// <summary>The frames of MPEG sound, without tags before (ID3 2.4, 3.1) and behind (ID3 1, APE 2, Lyrics 3).</summary>
    internal static ReadOnlyMemory<byte> CleanMp3(ReadOnlyMemory<byte> file)
    {
        var span = file.Span;
        while (span.StartsWith("ID3"u8))
        {
            var size = (span[6] << 21) | (span[7] << 14) | (span[8] << 7) | span[9];
            span = span[(10 + size + ((span[5] & 0x10) != 0 ? 10 : 0))..];
        }

        while (span is [0, ..])
            span = span[1..]; // padding that the tag did not count
        if (!span.IsEmpty && span[0] != 0xFF)
            throw new ArgumentOutOfRangeException(nameof(file), "What follows the tags is no sound.");
        var end = span.Length;
        if (end >= 128 && span[(end - 128)..].StartsWith("TAG"u8))
            end -= 128;
        if (span[..end].EndsWith("LYRICS200"u8))
            end = span[..end].LastIndexOf("LYRICSBEGIN"u8);
        if (end >= 32 && span[(end - 32)..].StartsWith("APETAGEX"u8))
            end -= checked((int)BinaryPrimitives.ReadUInt32LittleEndian(span[(end - 20)..]) + ((span[end - 9] & 0x80) != 0 ? 32 : 0));
        return span[..end].ToArray();
    }

    /// <summary>
    /// Pages of Ogg (RFC 3533) whose comments are blanked where they stand: the vendor's name and each comment become spaces, so that no page moves; a sum is told anew for each page touched.
    /// </summary>
    internal static ReadOnlyMemory<byte> CleanOgg(ReadOnlyMemory<byte> file)
    {
        var copy = file.ToArray();
        var pages = OggPage.All(copy);
        foreach (var stream in pages.GroupBy(page => page.Serial))
        {
            var bytes = stream.SelectMany(page => Enumerable.Range(page.Content, page.End - page.Content)).Take(MostHead).ToArray(); // places of the stream's first bytes
            var packets = stream.First().FirstPacket;
            if (CommentsAt(copy, bytes, packets) is { } at)
                Blank(copy, bytes, at);
        }

        foreach (var page in pages)
            page.Sum(copy, OggSums);
        return copy;
    }

    /// <summary>Where the vendor's length stands, counted in the stream: after the head that Vorbis, Opus, Speex or Theora puts before its comments.</summary>
    private static int? CommentsAt(byte[] file, int[] places, int second)
    {
        ReadOnlySpan<byte> Word(int at, int length)
        {
            var word = new byte[length];
            for (var i = 0; i < length; i++)
                word[i] = file[places[at + i]];
            return word;
        }

        if (Word(0, 8).SequenceEqual("OpusHead"u8))
            return Word(second, 8).SequenceEqual("OpusTags"u8) ? second + 8 : throw Broken();
        if (Word(1, 6).SequenceEqual("vorbis"u8) || Word(1, 6).SequenceEqual("theora"u8))
            return Word(second + 1, 6).SequenceEqual(Word(1, 6)) ? second + 7 : throw Broken();
        if (Word(0, 8).SequenceEqual("fishead\0"u8))
            return null; // the skeleton says where in the file is what
        return Word(0, 8).SequenceEqual("Speex   "u8) ? second : throw Broken(); // what is not known cannot be cleaned
    }

    private static void Blank(byte[] file, int[] places, int at)
    {
        int Number()
        {
            var number = file[places[at]] | (file[places[at + 1]] << 8) | (file[places[at + 2]] << 16) | (file[places[at + 3]] << 24);
            at += 4;
            return number;
        }

        void Spaces(int length)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(length);
            for (var i = 0; i < length; i++)
                file[places[at + i]] = (byte)(i == 0 ? 'x' : i == 1 ? '=' : ' ');
            at += length;
        }

        Spaces(Number());
        for (var left = Number(); left > 0; left--)
            Spaces(Number());
    }

    private static ArgumentOutOfRangeException Broken() => new("file", "The sound is of a kind whose comments are not known.");

    private static Span<byte> Written(ArrayBufferWriter<byte> clean) => System.Runtime.InteropServices.MemoryMarshal.AsMemory(clean.WrittenMemory).Span;

    /// <summary>CRC-32 of RFC 3533, 6: polynomial 0x04c11db7, not reflected.</summary>
    private static uint[] Sums() => [.. Enumerable.Range(0, 256).Select(index =>
    {
        var sum = (uint)index << 24;
        for (var bit = 0; bit < 8; bit++)
            sum = (sum << 1) ^ ((sum & 0x80000000) != 0 ? 0x04c11db7u : 0);
        return sum;
    })];
}

/// <summary>A page of an Ogg file: where it begins, where its content begins and ends, and how long the first packet in it is.</summary>
internal sealed record OggPage(int Begin, int Content, int End, uint Serial, int FirstPacket)
{
    internal static List<OggPage> All(ReadOnlySpan<byte> file)
    {
        var pages = new List<OggPage>();
        for (var at = 0; at < file.Length;)
        {
            if (!file[at..].StartsWith("OggS"u8))
                throw new ArgumentOutOfRangeException(nameof(file), "A page does not begin where one should.");
            var laces = file.Slice(at + 27, file[at + 26]);
            var (size, first) = (0, 0);
            foreach (var lace in laces)
                size += lace;
            foreach (var lace in laces)
            {
                first += lace;
                if (lace < 255)
                    break;
            }

            var content = at + 27 + laces.Length;
            pages.Add(new OggPage(at, content, content + size, BinaryPrimitives.ReadUInt32LittleEndian(file[(at + 14)..]), first));
            at = content + size;
            ArgumentOutOfRangeException.ThrowIfGreaterThan(at, file.Length);
        }

        return pages;
    }

    internal void Sum(Span<byte> file, uint[] sums)
    {
        var page = file[Begin..End];
        page.Slice(22, 4).Clear();
        var sum = 0u;
        foreach (var one in page)
            sum = (sum << 8) ^ sums[(sum >> 24) ^ one];
        BinaryPrimitives.WriteUInt32LittleEndian(page[22..], sum);
    }
}

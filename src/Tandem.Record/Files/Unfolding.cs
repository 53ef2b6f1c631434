using System.Buffers;
using System.IO.Compression;

namespace Tandem.Record.Files;

/// <summary>
/// Finds files that grow beyond measure when they are opened (decompression bombs) by unfolding them and counting, without keeping what comes out. Sizes that the
/// file itself tells are not believed.
/// </summary>
internal sealed class Unfolding(FileSettings settings, int size)
{
    private const int MostEntries = 10_000;
    private const int MostWithin = 32 * 1024 * 1024;
    private const int MostFailed = 1000;
    private const long Small = 16L * 1024 * 1024;
    private const int Bite = 512;
    private const int MostReadTimes = 8;
    private readonly long most = Math.Min(settings.MostUnfolded, Math.Max(Small, (long)size * settings.MostTimes));
    private readonly long mostRead = Small + ((long)size * MostReadTimes);
    private long unfolded;
    private long taken;
    private int entries;

    /// <returns>What is wrong as a sentence, or null.</returns>
    internal static string? Problem(ReadOnlyMemory<byte> file, FileKind kind, FileSettings settings)
    {
        try
        {
            return new Unfolding(settings, file.Length).Look(file, kind, depth: 0);
        }
        catch (InvalidDataException)
        {
            return "The file is damaged: it cannot be unpacked.";
        }
    }

    private string? Look(ReadOnlyMemory<byte> file, FileKind kind, int depth) => kind switch
    {
        FileKind.Zip => depth > 1 ? "The file holds archives within archives." : LookAtZip(file, depth),
        FileKind.Gzip => Count(new GZipStream(Reading(file), CompressionMode.Decompress)) ? null : TooMuch,
        FileKind.Pdf => LookAtPdf(file),
        FileKind.Text => file.Span[..Math.Min(file.Length, 64 * 1024)].IndexOf("<!ENTITY"u8) >= 0 ? "The document defines entities of its own, which can grow beyond measure." : null,
        _ => null,
    };

    private const string TooMuch = "The file unfolds to far more than its size.";

    private string? LookAtZip(ReadOnlyMemory<byte> file, int depth)
    {
        using var archive = new ZipArchive(Reading(file), ZipArchiveMode.Read);
        if ((entries += archive.Entries.Count) > MostEntries)
            return "The archive holds too many files.";
        foreach (var entry in archive.Entries)
        {
            if (Path.GetFileName(entry.FullName).Equals("vbaProject.bin", StringComparison.OrdinalIgnoreCase))
                return "The document holds macros. Save it without them.";
            using var stream = entry.Open();
            if (!Count(stream, out var within))
                return TooMuch;
            var kind = FileKinds.Of(within.Span);
            if (kind == FileKind.Program)
                return "The archive holds a program.";
            if (kind is FileKind.Zip or FileKind.Gzip && Look(within, kind, depth + 1) is { } problem)
                return problem;
        }

        return null;
    }

    /// <summary>
    /// Streams that are compressed by Flate, wherever they stand; what cannot be unpacked is none. Streams of a sound document lie side by side, so what is read of all of them together
    /// is little more than the file; where thousands of beginnings share one long body, it is much more.
    /// </summary>
    private string? LookAtPdf(ReadOnlyMemory<byte> file)
    {
        for (int at = 0, failed = 0; ;)
        {
            var found = file.Span[at..].IndexOf("stream"u8);
            if (found < 0)
                return null;
            at += found + 6;
            var begin = at;
            while (begin < file.Length && file.Span[begin] is (byte)'\r' or (byte)'\n')
                begin++;
            if (begin + 2 > file.Length || (file.Span[begin] & 0x0F) != 8 || ((file.Span[begin] << 8) + file.Span[begin + 1]) % 31 != 0)
                continue; // no beginning of zlib (RFC 1950 2.2)
            if (!CountFlate(file[begin..], ref failed) || taken > mostRead)
                return TooMuch;
        }
    }

    private bool CountFlate(ReadOnlyMemory<byte> from, ref int failed)
    {
        using var body = new Bites(from);
        try
        {
            return Count(new ZLibStream(body, CompressionMode.Decompress, leaveOpen: true));
        }
        catch (InvalidDataException)
        {
            if (++failed > MostFailed) // no Flate stream after all; what was counted of it stays counted
                throw;
            return true;
        }
        finally
        {
            taken += body.Position;
        }
    }

    private bool Count(Stream stream)
    {
        using (stream)
        {
            var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
            try
            {
                int read;
                while ((read = stream.Read(buffer)) > 0)
                {
                    if ((unfolded += read) > most)
                        return false;
                }

                return true;
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    /// <summary>As the other, and keeps what may be an archive itself.</summary>
    private bool Count(Stream stream, out ReadOnlyMemory<byte> within)
    {
        var kept = new ArrayBufferWriter<byte>();
        while (true)
        {
            var read = stream.Read(kept.GetSpan(64 * 1024));
            within = kept.WrittenMemory;
            if (read == 0)
                return true;
            if ((unfolded += read) > most)
                return false;
            kept.Advance(read);
            var kind = FileKinds.Of(kept.WrittenSpan[..Math.Min(kept.WrittenCount, 256)]);
            if (kept.WrittenCount > MostWithin && kind is FileKind.Zip or FileKind.Gzip)
                return false;
            if (kept.WrittenCount > 256 && kind is not (FileKind.Zip or FileKind.Gzip))
            {
                within = kept.WrittenMemory[..256];
                return Count(stream);
            }
        }
    }

    private static MemoryStream Reading(ReadOnlyMemory<byte> file)
    {
        var part = ArrayOf(file);
        return new MemoryStream(part.Array!, part.Offset, part.Count, writable: false);
    }

    private static ArraySegment<byte> ArrayOf(ReadOnlyMemory<byte> file) =>
        System.Runtime.InteropServices.MemoryMarshal.TryGetArray(file, out var part) ? part : new ArraySegment<byte>(file.ToArray());

    /// <summary>Gives little at a time, so that its position is about where the reader is.</summary>
    private sealed class Bites(ArraySegment<byte> part) : MemoryStream(part.Array!, part.Offset, part.Count, writable: false)
    {
        internal Bites(ReadOnlyMemory<byte> file)
            : this(ArrayOf(file))
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, Bite));
    }
}

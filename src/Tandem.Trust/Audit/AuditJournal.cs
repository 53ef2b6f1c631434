using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Tandem.Trust.Audit;

/// <summary>An event in a journal.</summary>
/// <param name="Number">1, 2, 3 … over the journal.</param>
/// <param name="Event">What happened.</param>
internal readonly record struct JournalEntry(long Number, AuditDraft Event);

/// <summary>
/// The events of one run of a hub until the tables have them: two files, written at their ends in turn and again from the beginning once the tables have all
/// of what is in them. A write hands its bytes to the system, so that a crash of the hub loses none; <see cref="Flush"/> hands them to the disk. Each
/// entry is sealed (HMAC-SHA-256 over the journal's name, number and event). The files are this process's alone while it lives. Not thread-safe but for <see cref="Flush"/>.
/// </summary>
internal sealed class AuditJournal : IDisposable
{
    /// <summary>Entry: mark, length of the event (four bytes each), number (eight), seal, event.</summary>
    internal const uint Mark = 0xA0D17E57;

    internal const int HeadLength = 16 + HMACSHA256.HashSizeInBytes;
    internal const string Extension = ".journal";
    private const long TurnAt = 4 << 20;
    private static readonly byte[] Block = new byte[4096];
    private readonly SafeFileHandle[] files;
    private readonly string[] paths;
    private readonly IncrementalHash hash;
    private readonly byte[] name;
    private readonly ArrayBufferWriter<byte> text = new(4096);
    private readonly long[] lasts = new long[2];
    private int part;
    private long at;
    private bool isTorn; // beyond the end lies what was refused

    /// <summary>Makes a new journal.</summary>
    /// <param name="folder">Where; made when it is not there.</param>
    /// <param name="id">Its name, never used before.</param>
    /// <param name="key">Seals it.</param>
    internal AuditJournal(string folder, string id, AuditKey key)
    {
        Directory.CreateDirectory(folder);
        (Id, name, hash) = (id, Encoding.UTF8.GetBytes(id), IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key.JournalKey));
        paths = [.. Enumerable.Range(0, 2).Select(number => Path.Combine(folder, $"{id}.{number}{Extension}"))];
        files = [.. paths.Select(path => File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None))];
        if (OperatingSystem.IsWindows())
            return;
        foreach (var file in files)
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    internal string Id { get; }

    /// <summary>The last entry's number; 0 before the first.</summary>
    internal long Last { get; private set; }

    /// <summary>Appends events with one write.</summary>
    /// <param name="drafts">In order.</param>
    /// <param name="entries">Receives them with their numbers.</param>
    /// <exception cref="IOException">Nothing was appended, and nothing will be until what was written in part could be cut off: the disk is full or gone.</exception>
    internal void Append(IReadOnlyList<AuditDraft> drafts, List<JournalEntry> entries)
    {
        if (isTorn)
            CutOff();
        text.ResetWrittenCount();
        for (var i = 0; i < drafts.Count; i++)
            Write(Last + 1 + i, drafts[i]);
        isTorn = true;
        try
        {
            RandomAccess.Write(files[part], text.WrittenSpan, at);
        }
        catch (IOException)
        {
            CutOff();
            throw;
        }

        isTorn = false;
        at += text.WrittenCount;
        for (var i = 0; i < drafts.Count; i++)
            entries.Add(new JournalEntry(++Last, drafts[i]));
        lasts[part] = Last;
    }

    /// <summary>Brings a block to the disk beside the journal and takes it away again. While others append; the journal itself is not touched, for what a hub leaves in it that is cut off has to be entries.</summary>
    /// <exception cref="IOException">An event could not be kept now either.</exception>
    /// <exception cref="UnauthorizedAccessException">Nor by who runs the hub.</exception>
    internal void Try()
    {
        using var tried = new FileStream(Path.Combine(Path.GetDirectoryName(paths[0])!, Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.Write, FileShare.None, 0, FileOptions.DeleteOnClose);
        tried.Write(Block);
        tried.Flush(flushToDisk: true);
    }

    /// <summary>Goes on at the beginning of the other file when this one is long and the tables have all of the other.</summary>
    /// <param name="filled">The last entry that the tables have.</param>
    internal void Turn(long filled)
    {
        if (isTorn || at < TurnAt || lasts[1 - part] > filled)
            return;
        (part, at) = (1 - part, 0);
    }

    /// <summary>Waits until the disk has what was appended before. While others append.</summary>
    internal void Flush()
    {
        foreach (var file in files)
            RandomAccess.FlushToDisk(file); // costs nothing for the one that was not written
    }

    /// <summary>Empties the files, durably: the tables have everything. While they are still this process's, so that nobody takes over what is in the tables.</summary>
    internal void Empty()
    {
        foreach (var file in files)
        {
            RandomAccess.SetLength(file, 0);
            RandomAccess.FlushToDisk(file);
        }
    }

    /// <summary>Removes the files.</summary>
    internal void Remove()
    {
        foreach (var path in paths)
            File.Delete(path);
    }

    public void Dispose()
    {
        foreach (var file in files)
            file.Dispose();
        hash.Dispose();
    }

    /// <summary>The seal of an entry: over the journal's name, number and event.</summary>
    internal static void Seal(IncrementalHash hash, ReadOnlySpan<byte> name, ReadOnlySpan<byte> number, ReadOnlySpan<byte> happened, Span<byte> into)
    {
        hash.AppendData(name);
        hash.AppendData(number);
        hash.AppendData(happened);
        hash.GetHashAndReset(into);
    }

    /// <summary>Whole entries of a write that failed would come into the tables with the next start, though they were refused.</summary>
    private void CutOff()
    {
        RandomAccess.SetLength(files[part], at);
        isTorn = false;
    }

    private void Write(long number, AuditDraft draft)
    {
        var begin = text.WrittenCount;
        text.GetSpan(HeadLength);
        text.Advance(HeadLength);
        DraftBytes.Write(text, draft);
        var entry = System.Runtime.InteropServices.MemoryMarshal.AsMemory(text.WrittenMemory[begin..]).Span;
        BinaryPrimitives.WriteUInt32LittleEndian(entry, Mark);
        BinaryPrimitives.WriteInt32LittleEndian(entry[4..], entry.Length - HeadLength);
        BinaryPrimitives.WriteInt64LittleEndian(entry[8..], number);
        Seal(hash, name, entry[8..16], entry[HeadLength..], entry[16..HeadLength]);
    }
}

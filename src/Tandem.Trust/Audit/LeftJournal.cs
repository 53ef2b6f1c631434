using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Tandem.Trust.Audit;

/// <summary>A journal that a hub left behind, held by this process alone until it is disposed.</summary>
/// <param name="Id">The journal's name.</param>
/// <param name="Entries">Every entry whose seal fits, by number; older ones, which the tables have long since, among them.</param>
internal sealed record LeftJournal(string Id, IReadOnlyList<JournalEntry> Entries) : IDisposable
{
    /// <summary>Added to the names of files that are kept because not all in them could be read.</summary>
    internal const string Aside = ".broken";

    private IReadOnlyList<FileStream> Held { get; init; } = [];

    /// <summary>True when something in it is an entry of no seal of ours, other than one torn at the end.</summary>
    private bool HasUnread { get; init; }

    /// <summary>The files in a folder that were set aside at an earlier start and that nobody has taken away yet.</summary>
    internal static IReadOnlyList<string> AsideIn(string folder) =>
        Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, "*" + AuditJournal.Extension + Aside).Order(StringComparer.Ordinal)] : [];

    /// <summary>The journals in a folder that no living hub holds, one after the other; one of which any file is held is left alone.</summary>
    /// <exception cref="InvalidOperationException">A file is another user's.</exception>
    internal static IEnumerable<LeftJournal> In(string folder, AuditKey key)
    {
        if (!Directory.Exists(folder))
            yield break;
        var ids = Directory.EnumerateFiles(folder, "*" + AuditJournal.Extension).Select(path => Path.GetFileName(path).Split('.')[0]).Distinct().Order(StringComparer.Ordinal).ToList();
        foreach (var id in ids)
        {
            var files = Directory.EnumerateFiles(folder, $"{id}.*{AuditJournal.Extension}").Order(StringComparer.Ordinal).Select(TryHold).ToList();
            var held = files.OfType<FileStream>().ToList();
            if (held.Count == files.Count && held.Count > 0)
            {
                var parts = held.Select(file => Read(file, id, key)).ToList();
                yield return new LeftJournal(id, [.. parts.SelectMany(part => part.Entries).OrderBy(entry => entry.Number)]) { Held = held, HasUnread = parts.Any(part => part.HasUnread) };
                continue;
            }

            foreach (var file in held)
                file.Dispose();
        }
    }

    /// <summary>The entries that the tables do not have.</summary>
    /// <param name="filled">The last one they have.</param>
    /// <param name="isBroken">True when one between them is missing, when a number is there twice (the first counts), and when something could not be read.</param>
    internal IReadOnlyList<JournalEntry> After(long filled, out bool isBroken)
    {
        var all = Entries.Where(entry => entry.Number > filled).ToList();
        var left = all.DistinctBy(entry => entry.Number).ToList();
        isBroken = HasUnread || left.Count != all.Count || (left.Count > 0 && left[^1].Number - filled != left.Count);
        return left;
    }

    /// <summary>Empties the files, durably: the tables have everything. They are there until <see cref="Remove"/>.</summary>
    internal void Empty()
    {
        foreach (var file in Held)
        {
            file.SetLength(0);
            file.Flush(flushToDisk: true);
        }
    }

    /// <summary>Removes the files.</summary>
    internal void Remove()
    {
        Dispose();
        foreach (var file in Held)
            File.Delete(file.Name);
    }

    /// <summary>Keeps the files as they are, under names at which no hub looks for events.</summary>
    internal void SetAside()
    {
        Dispose();
        foreach (var file in Held)
            File.Move(file.Name, file.Name + Aside);
    }

    public void Dispose()
    {
        foreach (var file in Held)
            file.Dispose();
    }

    private static FileStream? TryHold(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null; // its hub lives, or another one took it over this moment
        }
        catch (UnauthorizedAccessException e)
        {
            throw new InvalidOperationException($"The access log's journal {path} is another user's and holds events that are nowhere else. Give it to the user of the hub (chown) and start again.", e);
        }
    }

    /// <summary>Looks for entries everywhere, not only one after the other: what follows on a torn or changed one is found too. A file begins with an entry.</summary>
    private static (List<JournalEntry> Entries, bool HasUnread) Read(FileStream file, string id, AuditKey key)
    {
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key.JournalKey);
        Span<byte> mark = stackalloc byte[4], seal = stackalloc byte[HMACSHA256.HashSizeInBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(mark, AuditJournal.Mark);
        var name = Encoding.UTF8.GetBytes(id);
        ReadOnlySpan<byte> rest = bytes;
        var entries = new List<JournalEntry>();
        var hasUnread = rest.Length >= mark.Length && !rest.StartsWith(mark);
        for (int at; (at = rest.IndexOf(mark)) >= 0;)
        {
            rest = rest[at..];
            var length = rest.Length < AuditJournal.HeadLength ? -1 : BinaryPrimitives.ReadInt32LittleEndian(rest[4..]);
            var isEntry = length >= 0 && length <= rest.Length - AuditJournal.HeadLength;
            var isTorn = !isEntry && rest[1..].IndexOf(mark) < 0; // reaches beyond the end, where nothing follows
            if (isEntry)
            {
                AuditJournal.Seal(hash, name, rest[8..16], rest.Slice(AuditJournal.HeadLength, length), seal);
                isEntry = seal.SequenceEqual(rest[16..AuditJournal.HeadLength]);
            }

            if (isEntry)
                entries.Add(new JournalEntry(BinaryPrimitives.ReadInt64LittleEndian(rest[8..]), DraftBytes.Read(rest.Slice(AuditJournal.HeadLength, length))));
            hasUnread |= !isEntry && !isTorn;
            rest = rest[(isEntry ? AuditJournal.HeadLength + length : 1)..];
        }

        return (entries, hasUnread);
    }
}

using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Tandem.Trust.Audit;

/// <summary>A journal that a hub left behind, held by this process alone until it is disposed.</summary>
/// <param name="Id">The journal's name.</param>
/// <param name="Entries">Every entry whose seal fits, by number; older ones, which the tables have long since, among them.</param>
internal sealed record LeftJournal(string Id, IReadOnlyList<JournalEntry> Entries) : IDisposable
{
    private IReadOnlyList<FileStream> Held { get; init; } = [];

    /// <summary>The journals in a folder that no living hub holds, one after the other.</summary>
    internal static IEnumerable<LeftJournal> In(string folder, AuditKey key)
    {
        if (!Directory.Exists(folder))
            yield break;
        var ids = Directory.EnumerateFiles(folder, "*" + AuditJournal.Extension).Select(path => Path.GetFileName(path).Split('.')[0]).Distinct().Order(StringComparer.Ordinal).ToList();
        foreach (var id in ids)
        {
            var held = Directory.EnumerateFiles(folder, $"{id}.*{AuditJournal.Extension}").Select(TryHold).OfType<FileStream>().ToList();
            if (held.Count > 0)
                yield return new LeftJournal(id, [.. held.SelectMany(file => Read(file, id, key)).OrderBy(entry => entry.Number)]) { Held = held };
        }
    }

    /// <summary>The entries that the tables do not have.</summary>
    /// <param name="filled">The last one they have.</param>
    /// <param name="isBroken">True when one between them is missing or was changed.</param>
    internal IReadOnlyList<JournalEntry> After(long filled, out bool isBroken)
    {
        var left = Entries.Where(entry => entry.Number > filled).ToList();
        isBroken = left.Count > 0 && left[^1].Number - filled != left.Count;
        return left;
    }

    /// <summary>Removes the files: the tables have everything.</summary>
    internal void Remove()
    {
        foreach (var file in Held)
            File.Delete(file.Name);
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
    }

    /// <summary>Looks for entries everywhere, not only one after the other: what follows on a torn or changed one is found too.</summary>
    private static List<JournalEntry> Read(FileStream file, string id, AuditKey key)
    {
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key.JournalKey);
        Span<byte> mark = stackalloc byte[4], seal = stackalloc byte[HMACSHA256.HashSizeInBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(mark, AuditJournal.Mark);
        var name = Encoding.UTF8.GetBytes(id);
        ReadOnlySpan<byte> rest = bytes;
        var entries = new List<JournalEntry>();
        for (int at; (at = rest.IndexOf(mark)) >= 0;)
        {
            rest = rest[at..];
            var length = rest.Length < AuditJournal.HeadLength ? -1 : BinaryPrimitives.ReadInt32LittleEndian(rest[4..]);
            var isEntry = length >= 0 && length <= rest.Length - AuditJournal.HeadLength;
            if (isEntry)
            {
                AuditJournal.Seal(hash, name, rest[8..16], rest.Slice(AuditJournal.HeadLength, length), seal);
                isEntry = seal.SequenceEqual(rest[16..AuditJournal.HeadLength]);
            }

            if (isEntry)
                entries.Add(new JournalEntry(BinaryPrimitives.ReadInt64LittleEndian(rest[8..]), DraftBytes.Read(rest.Slice(AuditJournal.HeadLength, length))));
            rest = rest[(isEntry ? AuditJournal.HeadLength + length : 1)..];
        }

        return entries;
    }
}

using System.Buffers.Binary;
using System.Text;

namespace Tandem.Record.Files;

/// <summary>A stream of a compound file.</summary>
/// <param name="Start">The first of its sectors.</param>
/// <param name="Size">Its bytes.</param>
internal readonly record struct CompoundStream(uint Start, int Size);

/// <summary>
/// The file system within Word, Excel and PowerPoint files before 2007 ([MS-CFB]): its streams are read, and written back in the room that they have. What leads in circles or out of the file makes it unreadable.
/// </summary>
internal sealed class CompoundFile
{
    private const uint Free = 0xFFFFFFFF;
    private const uint Last = 0xFFFFFFFA; // this and above are marks, not sectors
    private const int EntrySize = 128;
    private const int MiniSize = 64;
    private const int MiniBelow = 4096;
    private readonly byte[] file;
    private readonly int sector;
    private readonly List<uint> fat = [];
    private readonly uint[] miniFat;
    private readonly List<int> miniStream = [];
    private readonly List<int> entries;
    private readonly HashSet<int> used = [];
    private long read;

    private CompoundFile(byte[] file)
    {
        this.file = file;
        sector = Short(30) switch
        {
            9 => 512,
            12 => 4096,
            _ => throw new InvalidDataException("Its sectors have no known size."),
        };
        ReadFat();
        entries = [.. Chain(Int(48)).SelectMany(place => Enumerable.Range(0, sector / EntrySize).Select(n => place + (n * EntrySize)))];
        miniFat = [.. Chain(Int(60)).SelectMany(place => Enumerable.Range(0, sector / 4).Select(n => Int(place + (n * 4))))];
        if (entries.Count > 0)
            miniStream = Chain(Int(entries[0] + 116));
    }

    /// <summary>Each storage's streams by name, the root's first.</summary>
    internal List<Dictionary<string, CompoundStream>> Storages { get; private set; } = [];

    /// <summary>The names of all storages.</summary>
    internal HashSet<string> StorageNames { get; } = new(StringComparer.Ordinal);

    /// <summary>Reads a file's tables; null when they do not hold together.</summary>
    /// <param name="file">Its bytes, which <see cref="Write"/> changes.</param>
    internal static CompoundFile? Open(byte[] file)
    {
        try
        {
            var opened = new CompoundFile(file);
            opened.Storages = opened.ReadStorages();
            return opened;
        }
        catch (Exception e) when (e is InvalidDataException or ArgumentOutOfRangeException)
        {
            return null; // said to the caller, who leaves the file as it is
        }
    }

    internal byte[] Read(CompoundStream stream)
    {
        if ((read += stream.Size) > 2L * file.Length)
            throw new InvalidDataException("Its streams share their bytes.");
        var bytes = new byte[stream.Size];
        var at = 0;
        foreach (var (place, length) in Parts(stream))
        {
            file.AsSpan(place, length).CopyTo(bytes.AsSpan(at));
            at += length;
        }

        return at == bytes.Length ? bytes : throw new InvalidDataException("A stream is shorter than it says.");
    }

    /// <summary>Writes a stream of the same length back.</summary>
    internal void Write(CompoundStream stream, ReadOnlySpan<byte> bytes)
    {
        foreach (var (place, length) in Parts(stream))
        {
            bytes[..length].CopyTo(file.AsSpan(place));
            bytes = bytes[length..];
        }
    }

    /// <summary>Empties what belongs to no stream any more, and the times of storages.</summary>
    internal void BlankRest()
    {
        foreach (var stream in Storages.SelectMany(storage => storage.Values).Where(stream => stream.Size >= MiniBelow))
        {
            for (var number = stream.Start; number < fat.Count && !used.Contains(Place(number, isUsed: false)); number = fat[(int)number])
                Place(number); // in use, even if the table says that it is free
        }

        for (var number = 0; number < fat.Count; number++)
        {
            var place = ((long)number + 1) * sector;
            if (fat[number] == Free && place < file.Length && !used.Contains((int)place))
                file.AsSpan((int)place, (int)Math.Min(sector, file.Length - place)).Clear();
        }

        foreach (var entry in entries)
            file.AsSpan(entry + 100, 16).Clear();
    }

    private void ReadFat()
    {
        var sectors = Enumerable.Range(0, 109).Select(n => Int(76 + (n * 4))).ToList();
        var most = (file.Length / sector) + 1;
        for (var next = Int(68); next < Last; next = Int(Place(next) + sector - 4))
        {
            sectors.AddRange(Enumerable.Range(0, (sector / 4) - 1).Select(n => Int(Place(next) + (n * 4))));
            if (sectors.Count > most + 109 + sector)
                throw new InvalidDataException("Its tables lead in circles.");
        }

        foreach (var place in sectors.Where(one => one < Last).Take(most).Select(one => Place(one)))
            fat.AddRange(Enumerable.Range(0, sector / 4).Select(n => Int(place + (n * 4))));
    }

    private List<Dictionary<string, CompoundStream>> ReadStorages()
    {
        var storages = new List<Dictionary<string, CompoundStream>>();
        var waiting = new Stack<(uint Entry, int Storage)>();
        var seen = new HashSet<uint> { 0 };
        storages.Add(new(StringComparer.Ordinal));
        waiting.Push((Int(entries[0] + 76), 0));
        while (waiting.TryPop(out var one))
        {
            if (one.Entry >= entries.Count || !seen.Add(one.Entry))
                continue;
            var place = entries[(int)one.Entry];
            var name = Encoding.Unicode.GetString(file, place, Math.Clamp(Short(place + 64) - 2, 0, 62));
            if (Kind(place) == 2 && Int(place + 120) <= int.MaxValue)
                storages[one.Storage][name] = new CompoundStream(Int(place + 116), (int)Int(place + 120));
            waiting.Push((Int(place + 68), one.Storage));
            waiting.Push((Int(place + 72), one.Storage));
            if (Kind(place) != 1)
                continue;
            StorageNames.Add(name);
            storages.Add(new(StringComparer.Ordinal));
            waiting.Push((Int(place + 76), storages.Count - 1));
        }

        return storages;
    }

    /// <summary>Where the pieces of a stream stand.</summary>
    private List<(int Place, int Length)> Parts(CompoundStream stream)
    {
        if (stream.Size > file.Length)
            throw new InvalidDataException("A stream is longer than its file.");
        var parts = new List<(int, int)>();
        var left = stream.Size;
        if (stream.Size >= MiniBelow)
        {
            foreach (var place in Chain(stream.Start))
            {
                var length = Math.Min(Math.Min(sector, left), file.Length - place);
                parts.Add((place, length));
                if ((left -= length) <= 0)
                    break;
            }

            return parts;
        }

        for (var number = stream.Start; left > 0; number = miniFat[(int)number])
        {
            if (number >= miniFat.Length)
                throw new InvalidDataException("A stream leads out of its file.");
            var within = (long)number * MiniSize;
            var length = Math.Min(MiniSize, left);
            parts.Add((miniStream[(int)(within / sector)] + (int)(within % sector), length));
            left -= length;
        }

        return parts;
    }

    /// <summary>The places of the sectors that follow one another from one on.</summary>
    private List<int> Chain(uint first)
    {
        var places = new List<int>();
        for (var number = first; number < Last; number = fat[(int)number])
        {
            places.Add(Place(number));
            if (number >= fat.Count || places.Count > fat.Count)
                throw new InvalidDataException("A chain leads in circles, or out of its file.");
        }

        return places;
    }

    private int Place(uint number, bool isUsed = true)
    {
        var place = ((long)number + 1) * sector;
        if (place >= file.Length)
            throw new InvalidDataException("A sector lies outside of the file.");
        if (isUsed)
            used.Add((int)place);
        return (int)place;
    }

    /// <summary>1 for a storage, 2 for a stream.</summary>
    private int Kind(int entry) => Short(entry + 66) & 0xFF;

    private uint Int(int place) => place + 4 <= file.Length ? BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(place)) : throw new InvalidDataException("The file ends too early.");

    private int Short(int place) => place + 2 <= file.Length ? BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(place)) : throw new InvalidDataException("The file ends too early.");
}

using System.Buffers.Binary;
using System.Text;

namespace Tandem.Tests.Record.Files;

/// <summary>Word, Excel and PowerPoint files before 2007, written by hand ([MS-CFB] version 3). What must not survive says "Lakeview".</summary>
internal static class OldOfficeSamples
{
    private const int Sector = 512;
    private const uint End = 0xFFFFFFFE;
    private static readonly Guid Summary = new("F29F85E0-4FF9-1068-AB91-08002B27B3D9");
    private static readonly Guid DocumentSummary = new("D5CDD502-2E9C-101B-9397-08002B2CF9AE");

    /// <summary>Text, and a table with times, names, and who saved it where.</summary>
    /// <param name="isClosed">With a password.</param>
    internal static byte[] Word(bool isClosed = false)
    {
        var (word, table) = (new byte[4608], new byte[4608]);
        Put(word, 0, 0xA5EC);
        Put(word, 10, isClosed ? 0x0300 : 0x0200);
        Put(word, 0x98, 93);
        "Kept words"u8.CopyTo(word.AsSpan(0x600));
        var at = 0;
        At(word, table, 31, ref at, [.. new byte[20], .. "Lakeview's times.."u8, .. "kept settings"u8, .. new byte[60]]);
        At(word, table, 32, ref at, Names(["", "Lakeview.dot", "Lakeview", "Lakeview", "", "Lakeview", "Lakeview", "Lakeview", "Kept", ""]));
        At(word, table, 71, ref at, Names(["Lakeview", @"C:\Lakeview\letter.doc"]));
        "Kept table"u8.CopyTo(table.AsSpan(at));
        return Of(("WordDocument", word), ("1Table", table), (Properties, Set(Summary, 4096)), (More, Set(DocumentSummary, 300)));
    }

    /// <summary>A book that says who wrote it last.</summary>
    /// <param name="isClosed">With a password.</param>
    internal static byte[] Excel(bool isClosed = false) => Of(
        ("Workbook",
        [
            .. Record(0x0809, new byte[16]), .. isClosed ? Record(0x2F, new byte[54]) : [], .. Record(0x5C, [8, 0, 0, .. "Lakeview"u8, .. Enumerable.Repeat((byte)' ', 101)]), .. Record(0x0A, []), .. "Kept words"u8, .. new byte[4400],
        ]),
        (Properties, Set(Summary, 200)));

    /// <summary>Slides that say who changed them last.</summary>
    /// <param name="isClosed">With a password.</param>
    internal static byte[] PowerPoint(bool isClosed = false)
    {
        var user = (byte[])[.. new byte[28], .. "Lakeview"u8, 8, 0, 0, 0, .. Encoding.Unicode.GetBytes("Lakeview")];
        BinaryPrimitives.WriteUInt32LittleEndian(user.AsSpan(12), isClosed ? 0xF3D1C4DF : 0xE391C05F);
        Put(user, 20, 8);
        return Of(("PowerPoint Document", [.. "Kept words"u8, .. new byte[4400]]), ("Current User", user), (Properties, Set(Summary, 4096)));
    }

    /// <summary>With a signature ([MS-OFFCRYPTO] 2.5).</summary>
    internal static byte[] Signed => Of(("WordDocument", new byte[4200]), (Properties, Set(Summary, 4096)), ("_signatures", new byte[100]));

    private const string Properties = "\u0005SummaryInformation";
    private const string More = "\u0005DocumentSummaryInformation";

    /// <summary>Tables, directory, a small stream for what is small, and a sector that belongs to nothing.</summary>
    private static byte[] Of(params (string Name, byte[] Content)[] streams)
    {
        var directory = Sectors((streams.Length + 1) * 128);
        var small = streams.Where(stream => stream.Content.Length < 4096).SelectMany(stream => Padded(stream.Content, 64)).ToArray();
        var (fat, miniFat, file) = (new List<uint> { 0xFFFFFFFD }, new List<uint>(), new MemoryStream());
        var entries = new byte[directory * Sector];
        Chain(fat, directory); // from sector 1 on
        var mini = (uint)fat.Count;
        Chain(fat, 1);
        var root = (uint)fat.Count;
        Chain(fat, Math.Max(1, Sectors(small.Length)));
        Entry(entries, 0, "Root Entry", 5, root, small.Length);
        var large = new List<byte>();
        foreach (var (stream, number) in streams.Select((stream, n) => (stream, n + 1)))
        {
            var isSmall = stream.Content.Length < 4096;
            Entry(entries, number, stream.Name, 2, (uint)(isSmall ? miniFat.Count : fat.Count), stream.Content.Length);
            BinaryPrimitives.WriteUInt32LittleEndian(entries.AsSpan((number * 128) + 72), number < streams.Length ? (uint)number + 1 : 0xFFFFFFFF);
            Chain(isSmall ? miniFat : fat, isSmall ? Padded(stream.Content, 64).Length / 64 : Sectors(stream.Content.Length));
            if (!isSmall)
                large.AddRange(Padded(stream.Content, Sector));
        }

        file.Write(Head(mini));
        file.Write(Table(fat));
        file.Write(entries);
        file.Write(Table(miniFat));
        file.Write(Padded(small.Length == 0 ? new byte[1] : small, Sector));
        file.Write(large.ToArray());
        file.Write(Padded(Encoding.Unicode.GetBytes("Lakeview was here"), Sector));
        return file.ToArray();
    }

    private static byte[] Head(uint mini)
    {
        var head = new byte[Sector];
        new byte[] { 0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1 }.CopyTo(head, 0);
        foreach (var (place, value) in new[] { (24, 0x3E), (26, 3), (28, 0xFFFE), (30, 9), (32, 6), (44, 1), (48, 1), (56, 4096), (60, (int)mini), (64, 1) })
            Put(head, place, value);
        head.AsSpan(68).Fill(0xFF);
        head.AsSpan(72, 8).Clear(); // no further tables; the first lies in sector 0
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(68), End);
        return head;
    }

    private static void Entry(byte[] entries, int number, string name, byte kind, uint start, int size)
    {
        var entry = entries.AsSpan(number * 128, 128);
        Encoding.Unicode.GetBytes(name, entry);
        BinaryPrimitives.WriteUInt16LittleEndian(entry[64..], (ushort)((name.Length + 1) * 2));
        (entry[66], entry[67]) = (kind, 1);
        entry.Slice(68, 12).Fill(0xFF);
        if (kind == 5)
            BinaryPrimitives.WriteUInt32LittleEndian(entry[76..], 1);
        "Lakeview's times"u8.CopyTo(entry[100..]);
        BinaryPrimitives.WriteUInt32LittleEndian(entry[116..], start);
        BinaryPrimitives.WriteInt32LittleEndian(entry[120..], size);
    }

    /// <summary>A property set with an author ([MS-OLEPS] 2.21), of so many bytes.</summary>
    private static byte[] Set(Guid format, int size)
    {
        var set = new byte[size];
        Put(set, 0, 0xFFFE);
        Put(set, 4, 0x0A);
        Put(set, 24, 1);
        format.ToByteArray().CopyTo(set, 28);
        foreach (var (place, value) in new[] { (44, 48), (48, 64), (52, 2), (56, 1), (60, 24), (64, 4), (68, 32), (72, 2), (76, 1252), (80, 30), (84, 9) })
            Put(set, place, value);
        "Lakeview\0"u8.CopyTo(set.AsSpan(88));
        return set;
    }

    private static byte[] Names(string[] names) =>
        [0xFF, 0xFF, (byte)names.Length, 0, 0, 0, .. names.SelectMany(name => (byte[])[(byte)name.Length, 0, .. Encoding.Unicode.GetBytes(name)])];

    private static void At(byte[] word, byte[] table, int number, ref int at, byte[] content)
    {
        content.CopyTo(table, at);
        BinaryPrimitives.WriteInt32LittleEndian(word.AsSpan(0x9A + (number * 8)), at);
        BinaryPrimitives.WriteInt32LittleEndian(word.AsSpan(0x9A + (number * 8) + 4), content.Length);
        at += content.Length;
    }

    private static byte[] Record(ushort kind, byte[] content) => [(byte)kind, (byte)(kind >> 8), (byte)content.Length, (byte)(content.Length >> 8), .. content];

    private static void Chain(List<uint> table, int count)
    {
        for (var n = 0; n < count; n++)
            table.Add(n == count - 1 ? End : (uint)table.Count + 1);
    }

    private static byte[] Table(List<uint> numbers)
    {
        var table = new byte[Sector];
        table.AsSpan().Fill(0xFF);
        for (var n = 0; n < numbers.Count; n++)
            BinaryPrimitives.WriteUInt32LittleEndian(table.AsSpan(n * 4), numbers[n]);
        return table;
    }

    private static int Sectors(int bytes) => (bytes + Sector - 1) / Sector;

    private static byte[] Padded(byte[] content, int to) => [.. content, .. new byte[(to - (content.Length % to)) % to]];

    private static void Put(byte[] file, int place, int value) => BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(place), (ushort)value);
}

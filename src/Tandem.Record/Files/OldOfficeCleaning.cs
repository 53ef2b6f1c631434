using System.Buffers.Binary;

namespace Tandem.Record.Files;

/// <summary>
/// Takes out of Word, Excel and PowerPoint files before 2007 what they tell of their making: their property sets ([MS-OLEPS]), of what is embedded too; what Word keeps besides ([MS-DOC] 2.5.6: SttbfAssoc, SttbSavedBy, the times
/// of its properties), who wrote last in Excel ([MS-XLS] 2.4.349) and in PowerPoint ([MS-PPT] 2.3.2); and what lies in no stream any more. It is overwritten where it stands. What is signed or closed with a password stays as it came.
/// </summary>
internal static class OldOfficeCleaning
{
    private const string Properties = "\u0005SummaryInformation";
    private const string MoreProperties = "\u0005DocumentSummaryInformation";
    private const int WordPairs = 0x9A; // FibRgFcLcb: places and lengths of what lies in the table stream
    private const int WordTimes = 20; // DopBase: made, changed, printed, how often, how long

    /// <returns>The same bytes when it is signed, closed or cannot be read.</returns>
    internal static ReadOnlyMemory<byte> Clean(ReadOnlyMemory<byte> file)
    {
        var clean = file.ToArray();
        try
        {
            if (CompoundFile.Open(clean) is not { } compound || IsSigned(compound))
                return file;
            foreach (var storage in compound.Storages)
            {
                if (!CleanStorage(compound, storage))
                    return file;
            }

            compound.BlankRest();
            return clean;
        }
        catch (Exception e) when (e is InvalidDataException or ArgumentOutOfRangeException)
        {
            return file; // what cannot be read is not written to
        }
    }

    private static bool IsSigned(CompoundFile file) =>
        file.StorageNames.Contains("_xmlsignatures") || file.Storages.Any(storage => storage.ContainsKey("_signatures") || storage.ContainsKey("EncryptedPackage") || storage.ContainsKey("encryption"));

    /// <returns>False when the document in it is closed with a password.</returns>
    private static bool CleanStorage(CompoundFile file, Dictionary<string, CompoundStream> storage)
    {
        foreach (var name in new[] { Properties, MoreProperties })
        {
            if (storage.TryGetValue(name, out var properties))
                file.Write(properties, Emptied(file.Read(properties)));
        }

        return (!storage.TryGetValue("WordDocument", out var word) || CleanWord(file, storage, word))
            && (!(storage.TryGetValue("Workbook", out var book) || storage.TryGetValue("Book", out book)) || CleanExcel(file, book))
            && (!storage.TryGetValue("Current User", out var user) || CleanPowerPoint(file, user));
    }

    /// <summary>A set of the same kind with one property, the code page.</summary>
    private static byte[] Emptied(byte[] old)
    {
        var set = new byte[old.Length];
        if (old.Length < 72)
            return set;
        old.AsSpan(0, 4).CopyTo(set); // byte order and version
        set[24] = 1; // sets
        old.AsSpan(28, 16).CopyTo(set.AsSpan(28)); // which
        set[44] = 48; // where
        set[48] = 24; // bytes
        set[52] = 1; // properties
        set[56] = 1; // the code page
        set[60] = 16;
        set[64] = 2; // a short number
        BinaryPrimitives.WriteUInt16LittleEndian(set.AsSpan(68), 1252);
        return set;
    }

    private static bool CleanWord(CompoundFile file, Dictionary<string, CompoundStream> storage, CompoundStream stream)
    {
        var word = file.Read(stream);
        if (word.Length < WordPairs || BinaryPrimitives.ReadUInt16LittleEndian(word) != 0xA5EC)
            return true;
        var flags = BinaryPrimitives.ReadUInt16LittleEndian(word.AsSpan(10));
        if ((flags & 0x0100) != 0)
            return false;
        if (!storage.TryGetValue((flags & 0x0200) != 0 ? "1Table" : "0Table", out var place))
            return true;
        var table = file.Read(place);
        if (Part(word, table, 31) is { Length: >= WordTimes + 18 } settings)
            settings.Slice(WordTimes, 18).Clear();
        EmptyNames(Part(word, table, 32));
        Part(word, table, 71).Clear();
        if (Part(word, table, 71).Length > 0)
            word.AsSpan(WordPairs + (71 * 8) + 4, 4).Clear(); // nobody saved it
        file.Write(place, table);
        file.Write(stream, word);
        return true;
    }

    /// <summary>What the n-th pair of Word's head says; empty when there is no such.</summary>
    private static Span<byte> Part(byte[] word, byte[] table, int number)
    {
        var pair = WordPairs + (number * 8);
        if (BinaryPrimitives.ReadUInt16LittleEndian(word.AsSpan(WordPairs - 2)) <= number || pair + 8 > word.Length)
            return [];
        var (place, length) = (BinaryPrimitives.ReadUInt32LittleEndian(word.AsSpan(pair)), BinaryPrimitives.ReadUInt32LittleEndian(word.AsSpan(pair + 4)));
        return (long)place + length <= table.Length ? table.AsSpan((int)place, (int)length) : [];
    }

    /// <summary>Template, title, subject, keywords, remarks, author and last author: empty, and what follows moved up.</summary>
    private static void EmptyNames(Span<byte> names)
    {
        if (names.Length < 6 || BinaryPrimitives.ReadUInt16LittleEndian(names) != 0xFFFF)
            return;
        var (from, to) = (6, 6);
        for (var n = 0; n < BinaryPrimitives.ReadUInt16LittleEndian(names[2..]) && from + 2 <= names.Length; n++)
        {
            var length = 2 + (2 * BinaryPrimitives.ReadUInt16LittleEndian(names[from..]));
            if (from + length > names.Length)
                return;
            var kept = n is >= 1 and <= 7 ? 2 : length;
            names.Slice(from, kept).CopyTo(names[to..]);
            if (kept == 2)
                names.Slice(to, 2).Clear();
            (from, to) = (from + length, to + kept);
        }

        names[to..].Clear();
    }

    private static bool CleanExcel(CompoundFile file, CompoundStream stream)
    {
        var book = file.Read(stream);
        for (var at = 0; at + 4 <= book.Length;)
        {
            var (kind, length) = (BinaryPrimitives.ReadUInt16LittleEndian(book.AsSpan(at)), BinaryPrimitives.ReadUInt16LittleEndian(book.AsSpan(at + 2)));
            if (kind == 0x2F) // FilePass
                return false;
            if (kind == 0x0A || at + 4 + length > book.Length)
                break;
            if (kind == 0x5C && length > 3) // WriteAccess
            {
                book.AsSpan(at + 4, length).Fill((byte)' ');
                book.AsSpan(at + 4, length >= 112 ? 3 : 1).Clear();
            }

            at += 4 + length;
        }

        file.Write(stream, book);
        return true;
    }

    private static bool CleanPowerPoint(CompoundFile file, CompoundStream stream)
    {
        var user = file.Read(stream);
        if (user.Length < 28)
            return true;
        if (BinaryPrimitives.ReadUInt32LittleEndian(user.AsSpan(12)) == 0xF3D1C4DF)
            return false;
        var length = BinaryPrimitives.ReadUInt16LittleEndian(user.AsSpan(20));
        if (28 + length > user.Length)
            return true;
        user.AsSpan(28, length).Fill((byte)' ');
        for (var at = 28 + length + 4; at + 2 <= user.Length; at += 2)
            BinaryPrimitives.WriteUInt16LittleEndian(user.AsSpan(at), ' ');
        file.Write(stream, user);
        return true;
    }
}

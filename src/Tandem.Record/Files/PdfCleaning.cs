using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;

namespace Tandem.Record.Files;

/// <summary>
/// Takes out of a PDF what it tells of its making (ISO 32000-1, 14.3): its information dictionary and its XMP, also of pages and pictures, and of earlier versions of it that it holds. What goes is overwritten where it
/// stands, so that every other byte and every offset stays. That it is PDF/A or PDF/UA is kept. A document that is signed or closed with a password stays as it came.
/// </summary>
internal static partial class PdfCleaning
{
    private const int MostPacked = 100;

    private static readonly byte[][] InfoKeys =
        [.. new[] { "/Title", "/Author", "/Subject", "/Keywords", "/Creator", "/Producer", "/CreationDate", "/ModDate" }.Select(Encoding.ASCII.GetBytes)];

    /// <returns>The document without what tells of its making.</returns>
    /// <param name="file">A PDF.</param>
    /// <param name="mostUnfolded">Bytes that its object streams and XMP may unfold to, all together; beyond that they stay.</param>
    internal static ReadOnlyMemory<byte> Clean(ReadOnlyMemory<byte> file, long mostUnfolded)
    {
        var old = file.Span;
        if (old.IndexOf("/ByteRange"u8) >= 0 || old.IndexOf("/Encrypt"u8) >= 0)
            return file;
        var objects = PdfObjects.Of(old);
        var clean = file.ToArray();
        foreach (var metadata in objects.Where(one => one.Stream >= 0 && PdfObjects.Is(clean.AsSpan(one.Body..one.End), "/Type"u8, "/Metadata"u8)))
            mostUnfolded -= BlankMetadata(clean.AsSpan(metadata.Body..metadata.End), clean.AsSpan(metadata.Stream, metadata.Length), mostUnfolded);
        var telling = PdfObjects.References(old, "/Info"u8).ToHashSet();
        foreach (var one in objects.Where(one => telling.Contains(one.Number)).ToList())
            telling.UnionWith(BlankInfo(clean.AsSpan(one.Body..)));
        foreach (var packed in objects.Where(one => one.Stream >= 0 && PdfObjects.Is(clean.AsSpan(one.Body..one.End), "/Type"u8, "/ObjStm"u8)))
            mostUnfolded -= BlankPacked(clean.AsSpan(packed.Body..packed.End), clean.AsSpan(packed.Stream, packed.Length), telling, mostUnfolded);
        foreach (var text in objects.Where(one => telling.Contains(one.Number) && one.End == one.Body))
            BlankString(clean.AsSpan(text.Body..));
        return clean.AsSpan().SequenceEqual(old) ? file : clean;
    }

    /// <summary>Empties an information dictionary; anything else that has its number stays.</summary>
    /// <returns>The objects it refers to: its values may stand elsewhere.</returns>
    private static IEnumerable<int> BlankInfo(Span<byte> body)
    {
        var end = PdfObjects.EndOfDictionary(body, 0);
        if (end < 0 || PdfObjects.BehindKey(body[..end], "/Type"u8) >= 0 || !IsInfo(body[..end]))
            return [];
        var values = PdfObjects.References(body[..end]);
        body[2..(end - 2)].Fill((byte)' ');
        return values;
    }

    private static bool IsInfo(ReadOnlySpan<byte> dictionary)
    {
        foreach (var key in InfoKeys)
        {
            if (PdfObjects.BehindKey(dictionary, key) >= 0)
                return true;
        }

        return false;
    }

    private static void BlankString(Span<byte> body)
    {
        if (body.Length > 0 && PdfObjects.EndOfString(body, 0) is > 2 and var end)
            body[1..(end - 1)].Fill((byte)(body[0] == '<' ? '0' : ' '));
    }

    /// <summary>Objects that are packed together (7.5.7): unpacked, blanked and packed again in the room that they had.</summary>
    /// <returns>How much they unfolded to.</returns>
    private static long BlankPacked(ReadOnlySpan<byte> dictionary, Span<byte> stream, HashSet<int> telling, long mostUnfolded)
    {
        if (!IsDeflated(dictionary) || PdfObjects.Number(dictionary, "/First"u8) is not { } first || Unpacked(stream, mostUnfolded) is not { } objects || first > objects.Length)
            return 0;
        var before = objects.ToArray();
        var places = Encoding.Latin1.GetString(objects.AsSpan(0, first)).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var tried = 0;
        for (var i = 0; i + 1 < places.Length && tried < MostPacked; i += 2)
        {
            if (int.TryParse(places[i], CultureInfo.InvariantCulture, out var number) && telling.Contains(number) && int.TryParse(places[i + 1], CultureInfo.InvariantCulture, out var place)
                && place >= 0 && (long)first + place < objects.Length)
            {
                tried++;
                var body = objects.AsSpan(PdfObjects.SkipBlanks(objects, first + place)..);
                telling.UnionWith(BlankInfo(body));
                BlankString(body);
            }
        }

        if (!objects.AsSpan().SequenceEqual(before))
            Fill(stream, Packed(objects), 0);
        return objects.Length;
    }

    /// <returns>How much it unfolded to.</returns>
    private static long BlankMetadata(ReadOnlySpan<byte> dictionary, Span<byte> stream, long mostUnfolded)
    {
        if (PdfObjects.BehindKey(dictionary, "/Filter"u8) < 0)
        {
            var packet = Packet(Encoding.UTF8.GetString(stream));
            if (!Fill(stream, packet, (byte)' '))
                stream.Fill((byte)' ');
            return 0;
        }

        if (!IsDeflated(dictionary) || Unpacked(stream, mostUnfolded) is not { } xmp)
            return 0;
        if (!Fill(stream, Packed(Packet(Encoding.UTF8.GetString(xmp))), 0))
            Fill(stream, Packed(" "u8), 0);
        return xmp.Length;
    }

    /// <summary>An XMP packet that says which part of PDF/A and PDF/UA a document keeps to, where the old one did, and nothing else.</summary>
    private static byte[] Packet(string old)
    {
        var kept = new StringBuilder();
        foreach (Match match in Conformance().Matches(old))
        {
            var (prefix, name, value) = (match.Groups[1].Value, match.Groups[2].Value, match.Groups[3].Value);
            kept.Append(CultureInfo.InvariantCulture, $"<rdf:Description rdf:about=\"\" xmlns:{prefix}=\"http://www.aiim.org/{(prefix == "pdfaid" ? "pdfa" : "pdfua")}/ns/id/\" {prefix}:{name}=\"{value}\"/>");
        }

        return Encoding.UTF8.GetBytes(
            $"""<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">{kept}</rdf:RDF></x:xmpmeta><?xpacket end="w"?>""");
    }

    /// <summary>Deflated and nothing else, without a predictor.</summary>
    private static bool IsDeflated(ReadOnlySpan<byte> dictionary)
    {
        if (PdfObjects.BehindKey(dictionary, "/DecodeParms"u8) >= 0 || PdfObjects.BehindKey(dictionary, "/Filter"u8) is not (>= 0 and var at))
            return false;
        at = PdfObjects.SkipBlanks(dictionary, at);
        if (dictionary[at..] is not [(byte)'[', ..])
            return dictionary[at..].StartsWith("/FlateDecode"u8);
        at = PdfObjects.SkipBlanks(dictionary, at + 1);
        return dictionary[at..].StartsWith("/FlateDecode"u8) && dictionary[PdfObjects.SkipBlanks(dictionary, at + "/FlateDecode".Length)..] is [(byte)']', ..];
    }

    /// <returns>False when the new bytes need more room than there is; nothing is changed then.</returns>
    private static bool Fill(Span<byte> room, ReadOnlySpan<byte> with, byte rest)
    {
        if (with.Length > room.Length)
            return false;
        with.CopyTo(room);
        room[with.Length..].Fill(rest);
        return true;
    }

    private static byte[] Packed(ReadOnlySpan<byte> plain)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
            zlib.Write(plain);
        return packed.ToArray();
    }

    /// <returns>Null when it is broken or unfolds to more than may be.</returns>
    private static byte[]? Unpacked(ReadOnlySpan<byte> packed, long most)
    {
        using var plain = new MemoryStream();
        try
        {
            using var zlib = new ZLibStream(new MemoryStream(packed.ToArray()), CompressionMode.Decompress);
            var part = new byte[64 * 1024];
            for (int read; (read = zlib.Read(part)) > 0;)
            {
                if (plain.Length + read > most)
                    return null;
                plain.Write(part, 0, read);
            }
        }
        catch (InvalidDataException)
        {
            return null; // not to be read, so it tells nothing
        }

        return plain.ToArray();
    }

    [GeneratedRegex(@"\b(pdfaid|pdfuaid):(part|conformance|rev|amd)\s*(?:=\s*[""']|>)\s*([0-9A-Za-z:]{1,10})\s*[""'<]", RegexOptions.CultureInvariant)]
    private static partial Regex Conformance();
}

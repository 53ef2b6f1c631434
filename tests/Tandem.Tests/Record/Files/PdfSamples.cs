using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Tandem.Tests.Record.Files;

/// <summary>PDFs of one page that says "Kept words", written by hand. What must not survive says "Lakeview".</summary>
internal static class PdfSamples
{
    private const string Catalog = "<< /Type /Catalog /Pages 2 0 R /Metadata 5 0 R /Info (A key of the catalogue) >>";
    private const string Pages = "<< /Type /Pages /Kids [3 0 R] /Count 1 >>";
    private const string Page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R /Metadata 5 0 R /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>";
    private const string Words = "BT /F1 12 Tf 20 100 Td (Kept words) Tj ET";

    /// <summary>Strings of every kind, nested and escaped brackets, a value that stands elsewhere.</summary>
    private const string Info =
        "<</Title(Lakeview \\( \\) (nested) )/Author <4C616B6576696577> % Lakeview )>>\n/Subject 7 0 R /Producer(Lakeview >> )/Keywords (\\376\\377)\r/CreationDate (D:20260101120000Z)/Own#20key(Lakeview)>>";

    private const string Xmp = """
        <?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" pdfaid:part="2"><dc:creator><rdf:Seq><rdf:li>Lakeview</rdf:li></rdf:Seq></dc:creator><dc:title><rdf:Alt><rdf:li xml:lang="x-default">Lakeview</rdf:li></rdf:Alt></dc:title><pdfaid:conformance>B</pdfaid:conformance></rdf:Description></rdf:RDF></x:xmpmeta>
        <?xpacket end="w"?>
        """;

    /// <summary>As most programs write it: every object by itself, XMP not deflated.</summary>
    internal static byte[] Plain => Classic(Info, Stream("/Type /Metadata /Subtype /XML", Encoding.UTF8.GetBytes(Xmp)));

    /// <summary>As Acrobat and LaTeX do: information and its value within an object stream, XMP deflated, tables as streams.</summary>
    internal static byte[] Packed
    {
        get
        {
            using var file = new MemoryStream();
            var places = new Dictionary<int, long>();
            Write(file, "%PDF-1.5\n");
            foreach (var (number, body) in new[] { (1, Text(Catalog)), (2, Text(Pages)), (3, Text(Page)), (4, Stream("", Text(Words))), (5, Stream("/Type/Metadata/Subtype/XML/Filter/FlateDecode", Deflated(Encoding.UTF8.GetBytes(Xmp)))) })
                places[number] = Put(file, number, body);
            var head = $"6 0 7 {Info.Length + 1} ";
            places[8] = Put(file, 8, Stream($"/Type /ObjStm /N 2 /First {head.Length} /Filter [/FlateDecode]", Deflated(Text(head + Info + " (Lakeview elsewhere)"))));
            var start = file.Position;
            byte[] table = [0, 0, 0, 0, 0, 255, .. places.Where(place => place.Key < 6).SelectMany(place => Row(1, place.Value, 0)), .. Row(2, 8, 0), .. Row(2, 8, 1), .. Row(1, places[8], 0), .. Row(1, start, 0)];
            Put(file, 9, Stream("/Type /XRef /Size 10 /W [1 4 1] /Root 1 0 R /Info 6 0 R /Filter /FlateDecode", Deflated(table)));
            Write(file, $"startxref\n{start}\n%%EOF\n");
            return file.ToArray();
        }
    }

    /// <summary>Changed later, with new information behind the old.</summary>
    internal static byte[] Updated
    {
        get
        {
            using var file = new MemoryStream();
            file.Write(Plain);
            var old = Encoding.Latin1.GetString(Plain);
            var place = Put(file, 6, Text("<< /Author (Lakeview again) >>"));
            var start = file.Position;
            Write(file, $"xref\n6 1\n{place:D10} 00000 n \ntrailer\n<< /Size 8 /Root 1 0 R /Info 6 0 R /Prev {old[(old.LastIndexOf("startxref", StringComparison.Ordinal) + 10)..].Split('\n')[0]} >>\nstartxref\n{start}\n%%EOF\n");
            return file.ToArray();
        }
    }

    private static byte[] Classic(string info, byte[] metadata)
    {
        using var file = new MemoryStream();
        Write(file, "%PDF-1.4\n");
        var places = new List<long>();
        foreach (var body in new[] { Text(Catalog), Text(Pages), Text(Page), Stream("", Text(Words)), metadata, Text(info), Text("(Lakeview elsewhere)") })
            places.Add(Put(file, places.Count + 1, body));
        var start = file.Position;
        Write(file, $"xref\n0 8\n0000000000 65535 f \n{string.Concat(places.Select(place => $"{place:D10} 00000 n \n"))}trailer\n<< /Size 8 /Root 1 0 R /Info 6 0 R >>\nstartxref\n{start}\n%%EOF\n");
        return file.ToArray();
    }

    private static long Put(MemoryStream file, int number, byte[] body)
    {
        var place = file.Position;
        Write(file, string.Create(CultureInfo.InvariantCulture, $"{number} 0 obj\n"));
        file.Write(body);
        Write(file, "\nendobj\n");
        return place;
    }

    private static byte[] Stream(string keys, byte[] content) => [.. Text($"<< {keys} /Length {content.Length} >>\nstream\r\n"), .. content, .. Text("\nendstream")];

    private static byte[] Deflated(byte[] plain)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            zlib.Write(plain);
        return packed.ToArray();
    }

    private static byte[] Row(byte kind, long place, byte more) => [kind, (byte)(place >> 24), (byte)(place >> 16), (byte)(place >> 8), (byte)place, more];

    private static byte[] Text(string text) => Encoding.Latin1.GetBytes(text);

    private static void Write(MemoryStream file, string text) => file.Write(Text(text));
}

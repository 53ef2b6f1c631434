using System.Text;
using Tandem.Record.Files;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Files;

/// <summary>Documents lose what they tell of their making and can be read as before; PDFs are opened with poppler, which nobody here wrote.</summary>
public sealed class DocumentFileTests
{
    private const string Reader = "/usr/bin/pdfinfo";
    private static readonly FileGuard Guard = FileGuard.Default;

    public static TheoryData<string> Kinds => ["plain", "packed", "updated"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_PDF_loses_its_author_and_keeps_its_words_and_every_place(string kind)
    {
        var file = Pdf(kind);
        var clean = Taken(file, "application/pdf");

        Assert.Equal(file.Length, clean.Length);
        Assert.DoesNotContain(FileSamples.Told, Encoding.Latin1.GetString(clean), StringComparison.Ordinal);
        Assert.DoesNotContain("4C616B6576696577", Encoding.Latin1.GetString(clean), StringComparison.Ordinal);
        Assert.Contains("/Info (A key of the catalogue)", Encoding.Latin1.GetString(clean), StringComparison.Ordinal);
        Assert.Equal(clean, Taken(clean, "application/pdf"));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Another_program_reads_the_PDF_and_finds_nobody_in_it(string kind)
    {
        Assert.SkipUnless(File.Exists(Reader), "poppler-utils is not installed.");
        var folder = Directory.CreateTempSubdirectory("tandem-pdf-").FullName;
        try
        {
            var (old, clean) = (Path.Combine(folder, "old.pdf"), Path.Combine(folder, "clean.pdf"));
            File.WriteAllBytes(old, Pdf(kind));
            File.WriteAllBytes(clean, Taken(Pdf(kind), "application/pdf"));

            Assert.Contains(FileSamples.Told, Read(Reader, old), StringComparison.Ordinal);
            Assert.Contains(FileSamples.Told, Read(Reader, "-meta", old), StringComparison.Ordinal);
            var told = Read(Reader, clean);
            Assert.DoesNotContain(FileSamples.Told, told, StringComparison.Ordinal);
            Assert.Matches(@"Pages: +1\b", told);
            Assert.DoesNotContain("Creat", told, StringComparison.Ordinal);
            var xmp = Read(Reader, "-meta", clean);
            Assert.DoesNotContain(FileSamples.Told, xmp, StringComparison.Ordinal);
            Assert.Contains("pdfaid:part=\"2\"", xmp, StringComparison.Ordinal);
            Assert.Contains("pdfaid:conformance=\"B\"", xmp, StringComparison.Ordinal);
            Assert.Contains("Kept words", Read("/usr/bin/pdftotext", clean, "-"), StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_signed_or_closed_PDF_and_one_that_cannot_be_read_stay_as_they_came()
    {
        foreach (var tail in new[] { "\n10 0 obj\n<< /Type /Sig /ByteRange [0 1 2 3] >>\nendobj\n", "\ntrailer\n<< /Encrypt 9 0 R >>\n" })
        {
            byte[] file = [.. PdfSamples.Plain, .. Encoding.ASCII.GetBytes(tail)];
            Assert.Equal(file, Taken(file, "application/pdf"));
        }

        foreach (var file in new[] { PdfSamples.Plain, PdfSamples.Packed })
        {
            for (var at = 0; at < file.Length; at++)
            {
                var bent = file.ToArray();
                bent[at] ^= 0xFF;
                _ = Guard.Take(bent, null); // cleaned as far as it can be read, and never breaks the guard
            }
        }

        var many = string.Concat(Enumerable.Repeat("1 0 obj <<((((((((", 20_000));
        foreach (var broken in new[] { "1 0 obj << /Author (Lakeview", "1 0 obj << /Author", "/Info 1 0", "/Info 1 0 R 1 0 obj", "1 0 obj <</Type/ObjStm/First 99/Filter/FlateDecode>>stream\nx", "obj", many, new string('[', 200_000), "1 0 obj<<>>stream\n" + many })
        {
            var file = Encoding.ASCII.GetBytes("%PDF-1.5\n" + broken);
            Assert.Equal(file, Taken(file, "application/pdf"));
        }
    }

    [Fact]
    public void Only_what_bears_information_is_emptied()
    {
        var file = Encoding.ASCII.GetBytes("%PDF-1.4\n6 0 obj\n<< /Type /Page /Author (Kept) >>\nendobj\n6 0 obj\n<< /Other (Kept) >>\nendobj\ntrailer << /Info 6 0 R >>\n%%EOF\n");

        Assert.Equal(file, Taken(file, "application/pdf"));
    }

    [Fact]
    public void An_RTF_text_loses_its_author_and_nothing_else()
    {
        const string Head = @"{\rtf1\ansi{\fonttbl{\f0 Sample;}}", Body = @"\pard Kept \{info\} {\b words} {\*\bkmkstart infos}{\field{\*\fldinst{\info }}}{\bin3 {{}more}\par}";
        var told = @"{\info{\title Lakeview}{\author Lake\{view}{\*\company Lakeview}{\creatim\yr2026\mo1}}{\*\generator Lakeview 1.0;}{\*\userprops{\propname Lakeview}\proptype30{\staticval Lakeview\bin2 }}}}";

        Assert.Equal(Head + Body, Encoding.ASCII.GetString(Taken(Encoding.ASCII.GetBytes(Head + told + Body), "application/rtf")));
        foreach (var other in new[] { Head + @"{\info{\author Lakeview}" + "", @"{\rtf1 no author}", Head + @"{\infos Kept}}" })
            Assert.Equal(other, Encoding.ASCII.GetString(Taken(Encoding.ASCII.GetBytes(other), "application/rtf")));
    }

    private static byte[] Pdf(string kind) => kind switch
    {
        "packed" => PdfSamples.Packed,
        "updated" => PdfSamples.Updated,
        _ => PdfSamples.Plain,
    };

    private static byte[] Taken(byte[] file, string type) => Guard.Take(file, type) is { Refusal: null } taken ? taken.Value.ToArray() : throw new InvalidOperationException("It is refused.");

    private static string Read(string program, params string[] arguments)
    {
        var (code, output, error) = NodePeer.Run(program, arguments, TimeSpan.FromMinutes(2));
        Assert.True(code == 0 && error.Trim().Length == 0, error);
        return output;
    }
}

using System.Text;
using Tandem.Record.Files;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Files;

/// <summary>Word, Excel and PowerPoint files before 2007 lose what they tell of their making.</summary>
public sealed class OldOfficeFileTests
{
    private const string Reader = "/usr/bin/file";

    public static TheoryData<string> Kinds => ["word", "excel", "powerpoint"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_document_loses_its_author_and_keeps_its_words_and_every_place(string kind)
    {
        var file = Of(kind);
        Assert.True(Tells(file), "The sample tells nothing.");

        var clean = Taken(file);

        Assert.False(Tells(clean));
        Assert.Equal(file.Length, clean.Length);
        Assert.Contains("Kept words", Encoding.Latin1.GetString(clean), StringComparison.Ordinal);
        if (kind == "word")
        {
            Assert.Contains("kept settings", Encoding.Latin1.GetString(clean), StringComparison.Ordinal);
            Assert.Contains("Kept table", Encoding.Latin1.GetString(clean), StringComparison.Ordinal);
            Assert.Contains("\u0004Kept", Encoding.Unicode.GetString(clean) + Encoding.Unicode.GetString(clean, 1, clean.Length - 1), StringComparison.Ordinal);
        }

        Assert.Equal(clean, Taken(clean));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Another_program_finds_nobody_in_the_document(string kind)
    {
        Assert.SkipUnless(File.Exists(Reader), "The program file is not installed.");
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, Of(kind));
            Assert.Contains("Author: " + FileSamples.Told, Read(path), StringComparison.Ordinal);

            File.WriteAllBytes(path, Taken(Of(kind)));
            Assert.Contains("Composite Document File", Read(path), StringComparison.Ordinal);
            Assert.DoesNotContain("Author", Read(path), StringComparison.Ordinal);
            Assert.DoesNotContain(FileSamples.Told, Read(path), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_signed_or_closed_document_and_one_that_cannot_be_read_stay_as_they_came()
    {
        foreach (var file in new[] { OldOfficeSamples.Word(isClosed: true), OldOfficeSamples.Excel(isClosed: true), OldOfficeSamples.PowerPoint(isClosed: true), OldOfficeSamples.Signed, OldOfficeSamples.Word()[..600] })
            Assert.Equal(file, Taken(file));
        foreach (var kind in new[] { "word", "powerpoint" })
        {
            var file = Of(kind);
            for (var at = 8; at < file.Length; at++)
            {
                var bent = file.ToArray();
                bent[at] ^= 0xFF;
                Assert.Equal(file.Length, Taken(bent).Length); // cleaned as far as it can be read, and never breaks the guard
            }
        }
    }

    private static byte[] Of(string kind) => kind switch
    {
        "excel" => OldOfficeSamples.Excel(),
        "powerpoint" => OldOfficeSamples.PowerPoint(),
        _ => OldOfficeSamples.Word(),
    };

    private static bool Tells(byte[] file) =>
        file.AsSpan().IndexOf(Encoding.ASCII.GetBytes(FileSamples.Told)) >= 0 || file.AsSpan().IndexOf(Encoding.Unicode.GetBytes(FileSamples.Told)) >= 0;

    private static byte[] Taken(byte[] file) => FileGuard.Default.Take(file, null) is { Refusal: null } taken ? taken.Value.ToArray() : throw new InvalidOperationException("It is refused.");

    private static string Read(string path)
    {
        var (code, output, error) = NodePeer.Run(Reader, ["--brief", path], TimeSpan.FromMinutes(1));
        Assert.True(code == 0, error);
        return output;
    }
}

using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Files;

namespace Tandem.Tests.Record.Files;

public sealed class FileGuardTests
{
    [Theory]
    [InlineData("application/pdf")]
    [InlineData("application/pdf; name=x")]
    [InlineData("application/octet-stream")]
    [InlineData(null)]
    public void A_file_that_is_what_its_type_says_is_kept_as_it_came(string? type)
    {
        Assert.Equal(FileSamples.Pdf, FileGuard.Default.Take(FileSamples.Pdf, type).Value.ToArray());
    }

    [Theory]
    [InlineData("image/png", "%PDF-1.4", "not what its type says")]
    [InlineData("application/pdf", "plain words", "not what its type says")]
    [InlineData("text/plain", "MZ\u0090\0\u0003\0\0\0", "program")]
    [InlineData(null, "\u007FELF\u0002\u0001", "program")]
    [InlineData("text/plain", "#!/bin/sh\nrm -r /", "program")]
    [InlineData("text/html", "<p>words</p>", "scripts")]
    [InlineData("text/plain", "  <!DOCTYPE html><title>x</title>", "scripts")]
    [InlineData("image/svg+xml", "<svg xmlns='http://www.w3.org/2000/svg'/>", "scripts")]
    [InlineData("application/xml", "<?xml version='1.0'?><svg onload='x()'/>", "scripts")]
    [InlineData("text/javascript", "alert(1)", "scripts")]
    [InlineData("text/xml", "<!DOCTYPE a [<!ENTITY a 'aaaa'>]><a>&a;</a>", "entities")]
    [InlineData("application/x-surprise", "words", "type are not taken")]
    [InlineData("image/jpeg", "\u00FF\u00D8\u00FF\u00E0", "damaged")]
    public void What_is_not_to_be_kept_is_refused_with_the_reason(string? type, string content, string reason)
    {
        var refusal = FileGuard.Default.Take(Encoding.Latin1.GetBytes(content), type).Refusal;

        Assert.Equal(RefusalKind.Unprocessable, refusal!.Kind);
        Assert.Contains(reason, refusal.Details[0].Text);
    }

    [Theory]
    [InlineData("text/plain", "Paciente Ñandú")]
    [InlineData("text/xml", "<ClinicalDocument xmlns=\"urn:hl7-org:v3\"/>")]
    [InlineData("application/fhir+json", "{}")]
    [InlineData("text/cql", "library A")]
    public void Texts_are_kept_in_any_character_set(string type, string content)
    {
        Assert.Null(FileGuard.Default.Take(Encoding.UTF8.GetBytes(content), type).Refusal);
        Assert.Null(FileGuard.Default.Take(Encoding.Latin1.GetBytes(content), type).Refusal);
    }

    [Theory]
    [InlineData("zip")]
    [InlineData("gzip")]
    [InlineData("pdf")]
    [InlineData("nested")]
    public void A_bomb_is_found_by_what_it_unfolds_to(string kind)
    {
        const int Much = 40 * 1024 * 1024;
        var file = kind switch
        {
            "zip" => FileSamples.Zip(Much),
            "gzip" => FileSamples.Gzip(Much),
            "pdf" => FileSamples.PdfWith(Much),
            _ => FileSamples.Zip(0, "a.zip", FileSamples.Zip(Much)),
        };

        Assert.Contains("unfolds", FileGuard.Default.Take(file, null).Refusal!.Details[0].Text);
    }

    [Fact]
    public void Archives_of_usual_size_are_kept_and_those_with_macros_programs_or_too_deep_are_not()
    {
        var guard = FileGuard.Default;
        const string Word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

        Assert.Null(guard.Take(FileSamples.Zip(100_000), Word).Refusal);
        Assert.Contains("macros", guard.Take(FileSamples.Zip(10, "word/vbaProject.bin"), Word).Refusal!.Details[0].Text);
        Assert.Contains("program", guard.Take(FileSamples.Zip(0, "a.exe", Encoding.Latin1.GetBytes("MZ\0\0\0")), null).Refusal!.Details[0].Text);
        Assert.Contains("within", guard.Take(FileSamples.Zip(0, "a", FileSamples.Zip(0, "b", FileSamples.Zip(3))), null).Refusal!.Details[0].Text);
        Assert.Contains("damaged", guard.Take(FileSamples.Zip(100).AsMemory(0, 60), null).Refusal!.Details[0].Text);
    }

    [Theory]
    [InlineData("image/jpeg")]
    [InlineData("image/png")]
    [InlineData("image/gif")]
    [InlineData("image/webp")]
    [InlineData("image/tiff")]
    public void A_picture_loses_what_it_tells_of_its_making_and_is_clean_the_second_time(string type)
    {
        var file = type switch { "image/jpeg" => FileSamples.Jpeg(6), "image/png" => FileSamples.Png(), "image/gif" => FileSamples.Gif, "image/webp" => FileSamples.WebP, _ => FileSamples.Tiff };
        Assert.Contains(FileSamples.Told, Encoding.Latin1.GetString(file));

        var clean = FileGuard.Default.Take(file, type).Value.ToArray();

        Assert.DoesNotContain(FileSamples.Told, Encoding.Latin1.GetString(clean));
        Assert.DoesNotContain("2026:01:01", Encoding.Latin1.GetString(clean));
        Assert.Equal(clean, FileGuard.Default.Take(clean, type).Value.ToArray());
    }

    [Fact]
    public void Thumbnails_of_an_old_head_and_words_of_further_pictures_are_gone_too()
    {
        foreach (var file in new[] { FileSamples.JpegWithThumbnail, FileSamples.TiffWithFurther })
        {
            Assert.Contains(FileSamples.Told, Encoding.Latin1.GetString(file));
            var clean = FileGuard.Default.Take(file, null).Value.ToArray();
            Assert.DoesNotContain(FileSamples.Told, Encoding.Latin1.GetString(clean));
            Assert.Equal(clean, FileGuard.Default.Take(clean, null).Value.ToArray());
        }
    }

    [Theory]
    [InlineData("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "[Content_Types].xml", "docProps/core.xml", "docProps/app.xml", "docProps/custom.xml")]
    [InlineData("application/vnd.oasis.opendocument.text", "mimetype", "META-INF/manifest.xml", "meta.xml")]
    public void An_office_document_loses_its_properties_and_nothing_else(string type, string first, params string[] parts)
    {
        var file = FileSamples.ZipOf([(first, "kept first"), .. parts.Select(part => (part, part.StartsWith("META", StringComparison.Ordinal) ? "kept" : $"<x>{FileSamples.Told}</x>")), ("word/document.xml", "<w>words</w>")]);

        var clean = FileGuard.Default.Take(file, type).Value.ToArray();

        var text = FileSamples.Unzipped(clean);
        Assert.StartsWith($"[{first}] kept first", text);
        Assert.Contains("[word/document.xml] <w>words</w>\n", text);
        Assert.DoesNotContain(FileSamples.Told, text);
        Assert.All(parts, part => Assert.Contains($"[{part}] ", text));
        Assert.Equal(clean, FileGuard.Default.Take(clean, type).Value.ToArray());
        for (var at = 0; at < file.Length; at++)
        {
            var bent = file.ToArray();
            bent[at] ^= 0xFF;
            _ = FileGuard.Default.Take(bent, type); // refused or cleaned, and never breaks the guard
        }
    }

    [Fact]
    public void A_signed_document_and_an_archive_that_is_no_document_stay_as_they_came()
    {
        foreach (var file in new[]
        {
            FileSamples.ZipOf(("[Content_Types].xml", "x"), ("docProps/core.xml", FileSamples.Told), ("_xmlsignatures/sig1.xml", "x")),
            FileSamples.ZipOf(("META-INF/manifest.xml", "x"), ("meta.xml", FileSamples.Told), ("META-INF/documentsignatures.xml", "x")), FileSamples.ZipOf(("docProps/core.xml", FileSamples.Told)),
        })
            Assert.Equal(file, FileGuard.Default.Take(file, null).Value.ToArray());
    }

    [Fact]
    public void A_document_whose_streams_share_one_body_is_refused_and_one_of_many_small_streams_is_not()
    {
        Assert.Contains("unfolds", FileGuard.Default.Take(FileSamples.PdfOfShared(beginnings: 150, body: 300_000), "application/pdf").Refusal!.Details[0].Text);
        Assert.Null(FileGuard.Default.Take(Enumerable.Repeat(FileSamples.PdfWith(20), 3000).SelectMany(part => part).ToArray(), "application/pdf").Refusal);
    }

    [Fact]
    public void A_photograph_keeps_its_colours_its_pixels_and_which_way_is_up()
    {
        var clean = Encoding.Latin1.GetString(FileGuard.Default.Take(FileSamples.Jpeg(6), "image/jpeg").Value.Span);

        Assert.Contains("ICC_PROFILE", clean);
        Assert.Contains("\u0001\u0012\0\u0003\0\0\0\u0001\0\u0006", clean); // Exif tag 0x0112 is 6
        Assert.EndsWith("\u0012\u00FF\0\u0034\u00FF\u00D0\u0056\u00FF\u00D9", clean);
        Assert.DoesNotContain("Exif", Encoding.Latin1.GetString(FileGuard.Default.Take(FileSamples.Jpeg(1), "image/jpeg").Value.Span));
    }

    [Fact]
    public void A_picture_of_too_many_pixels_and_a_file_too_large_are_refused()
    {
        var small = new FileGuard(new FileSettings { MostBytes = 1000, MostPixels = 1000 }, NullLogger<FileGuard>.Instance);

        Assert.Contains("pixels", FileGuard.Default.Take(FileSamples.Png(200_000_000), "image/png").Refusal!.Details[0].Text);
        Assert.Contains("pixels", small.Take(FileSamples.Jpeg(1, 600), "image/jpeg").Refusal!.Details[0].Text);
        Assert.Equal(RefusalKind.TooLarge, small.Take(new byte[1001], null).Refusal!.Kind);
    }

    [Fact]
    public void Pictures_cut_anywhere_are_refused_or_cleaned_but_never_break_the_guard()
    {
        foreach (var file in new[] { FileSamples.Jpeg(6), FileSamples.Png(), FileSamples.Gif, FileSamples.WebP, FileSamples.Tiff, FileSamples.TiffWithFurther, FileSamples.Zip(1000), FileSamples.PdfWith(1000) })
        {
            for (var length = 1; length < file.Length; length++)
                _ = FileGuard.Default.Take(file.AsMemory(0, length), null);
            for (var at = 0; at < file.Length; at++)
            {
                var bent = file.ToArray();
                bent[at] ^= 0xFF;
                _ = FileGuard.Default.Take(bent, null);
            }
        }

        Assert.Null(FileGuard.Default.Take(FileSamples.Gif, null).Refusal); // whole, it is taken
    }

    [Theory]
    [InlineData("isom", "video/mp4", false)]
    [InlineData("qt  ", "video/quicktime", true)]
    public void A_film_keeps_its_picture_and_its_size_and_loses_what_tells_of_its_making(string brand, string type, bool isLong)
    {
        var film = FileSamples.Film(brand, isLong);
        var clean = Encoding.Latin1.GetString(FileGuard.Default.Take(film, type).Value.Span);

        Assert.Contains("Lakeview", Encoding.Latin1.GetString(film), StringComparison.Ordinal);
        Assert.DoesNotContain("Lake", clean, StringComparison.Ordinal);
        Assert.DoesNotContain("view", clean, StringComparison.Ordinal);
        Assert.All(["picture1", "picture2", "picture3", "vide", "stco"], kept => Assert.Contains(isLong && kept == "stco" ? "co64" : kept, clean, StringComparison.Ordinal));
        Assert.Equal(film.Length, clean.Length); // tables point into it by number
        Assert.True(FileGuard.Default.Take(film.AsMemory(0, film.Length - 5), type).Refusal is { Details: [{ Text: var text }] } && text.StartsWith("The file is damaged", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_heif_picture_keeps_its_picture_and_loses_exif_and_xmp(byte version)
    {
        var picture = FileSamples.Heif(version);
        var clean = Encoding.Latin1.GetString(FileGuard.Default.Take(picture, "image/heic").Value.Span);

        Assert.Contains("Lakeview", Encoding.Latin1.GetString(picture), StringComparison.Ordinal);
        Assert.DoesNotContain("Lake", clean, StringComparison.Ordinal);
        Assert.DoesNotContain("view", clean, StringComparison.Ordinal);
        Assert.Contains("picture", clean, StringComparison.Ordinal);
        Assert.Equal(picture.Length, clean.Length);
    }

    [Fact]
    public void Bent_boxes_are_refused_and_never_more_than_that()
    {
        var random = new Random(20261126);
        foreach (var file in new[] { FileSamples.Film("isom", isLong: false), FileSamples.Film("qt  ", isLong: true), FileSamples.Heif(0), FileSamples.Heif(1) })
        {
            for (var i = 0; i < 3000; i++)
            {
                var bent = file.ToArray();
                for (var changes = random.Next(1, 4); changes > 0; changes--)
                    bent[random.Next(12, bent.Length)] = (byte)random.Next(256);
                var taken = FileGuard.Default.Take(bent, null);
                Assert.True(taken.Refusal is not null || taken.Value.Length == bent.Length);
            }
        }
    }

    [Fact]
    public void A_site_allows_more_types()
    {
        var guard = new FileGuard(new FileSettings { MoreTypes = ["application/x-ecg"] }, NullLogger<FileGuard>.Instance);

        Assert.Null(guard.Take(new byte[] { 1, 2, 3 }, "application/x-ecg").Refusal);
        Assert.Contains("program", guard.Take(Encoding.Latin1.GetBytes("#!/bin/sh"), "application/x-ecg").Refusal!.Details[0].Text);
    }
}

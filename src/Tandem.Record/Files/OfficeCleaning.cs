using System.IO.Compression;
using System.Text;

namespace Tandem.Record.Files;

/// <summary>
/// Empties the parts of an office document that tell of its making: authors, editors, times, company, template (ECMA-376 part 2, core properties, and part 1, 15.2.12; OpenDocument 1.3 part 2, 3.1).
/// Every other part stays byte by byte. A signed document stays whole, for a signature may be about these parts too.
/// </summary>
internal static class OfficeCleaning
{
    private static readonly Dictionary<string, string> Emptied = new(StringComparer.Ordinal)
    {
        ["docProps/core.xml"] = """<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>""",
        ["docProps/app.xml"] = """<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>""",
        ["docProps/custom.xml"] = """<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"/>""",
        ["meta.xml"] = """<office:document-meta xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" office:version="1.3"><office:meta/></office:document-meta>""",
    };

    /// <returns>Null when its archive is broken; else the document without what tells of its making; the same bytes when it is none, is signed, or tells nothing.</returns>
    internal static ReadOnlyMemory<byte>? Clean(ReadOnlyMemory<byte> file)
    {
        try
        {
            return CleanWhole(file);
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private static ReadOnlyMemory<byte> CleanWhole(ReadOnlyMemory<byte> file)
    {
        using var whole = new MemoryStream();
        whole.Write(file.Span);
        List<string> telling;
        using (var archive = new ZipArchive(whole, ZipArchiveMode.Read, leaveOpen: true))
            telling = IsOpen(archive) ? [.. archive.Entries.Where(IsTelling).Select(entry => entry.FullName).Distinct()] : [];
        if (telling.Count == 0)
            return file;
        using (var archive = new ZipArchive(whole, ZipArchiveMode.Update, leaveOpen: true))
        {
            foreach (var name in telling)
                Replace(archive, name);
        }

        return whole.ToArray();
    }

    /// <summary>An office document that nobody signed.</summary>
    private static bool IsOpen(ZipArchive archive) => (archive.GetEntry("[Content_Types].xml") ?? archive.GetEntry("META-INF/manifest.xml")) is not null
        && !archive.Entries.Any(entry => entry.FullName is "META-INF/documentsignatures.xml" || entry.FullName.StartsWith("_xmlsignatures/", StringComparison.Ordinal));

    private static bool IsTelling(ZipArchiveEntry entry)
    {
        if (!Emptied.TryGetValue(entry.FullName, out var emptied))
            return false;
        using var part = entry.Open();
        var known = new byte[emptied.Length + 1]; // all are ASCII
        return part.ReadAtLeast(known, known.Length, throwOnEndOfStream: false) != emptied.Length || !known.AsSpan(0, emptied.Length).SequenceEqual(Encoding.ASCII.GetBytes(emptied));
    }

    /// <summary>The old part is not opened here: that would believe the size it tells.</summary>
    private static void Replace(ZipArchive archive, string name)
    {
        while (archive.GetEntry(name) is { } known)
            known.Delete();
        var entry = archive.CreateEntry(name, CompressionLevel.Optimal);
        entry.LastWriteTime = new DateTimeOffset(1980, 1, 1, 0, 0, 0, TimeSpan.Zero); // the first that an archive can say
        using var part = entry.Open();
        part.Write(Encoding.ASCII.GetBytes(Emptied[name]));
    }
}

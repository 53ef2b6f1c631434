using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Kernel.Outcomes;

namespace Tandem.Record.Files;

/// <summary>
/// Looks at every file before it is kept, whichever way it comes: what it is by its first bytes against what its sender says, how large it is, what it unfolds to, programs and pages with scripts,
/// and viruses where a scanner is set. JPEG, PNG, GIF, WebP, TIFF, HEIF, MP4, QuickTime, WebM, Ogg, WAV and MP3 lose what is neither picture nor sound, office documents
/// of both kinds, PDF and RTF what tells of their making. Thread-safe.
/// </summary>
public sealed class FileGuard
{
    /// <summary>The guard with the shipped settings and no scanner.</summary>
    public static readonly FileGuard Default = new(new FileSettings(), NullLogger<FileGuard>.Instance);

    private readonly FileSettings settings;
    private readonly VirusScanner? scanner;
    private readonly HashSet<string> more;

    /// <summary>A guard by the installation's settings.</summary>
    public FileGuard(FileSettings settings, ILogger<FileGuard> log)
    {
        this.settings = settings;
        more = new HashSet<string>(settings.MoreTypes, StringComparer.OrdinalIgnoreCase);
        scanner = settings.Clamd.Length > 0 ? new VirusScanner(settings.Clamd, TimeSpan.FromSeconds(settings.ScanSeconds), log) : null;
    }

    /// <summary>The file as it may be kept: as it came, or without what tells of its making.</summary>
    /// <param name="file">Its bytes.</param>
    /// <param name="type">The MIME type its sender says; null when none is said.</param>
    /// <returns>The bytes, or TooLarge, Unprocessable with one detail, or Unavailable while the scanner does not answer.</returns>
    public Outcome<ReadOnlyMemory<byte>> Take(ReadOnlyMemory<byte> file, string? type)
    {
        if (file.Length > settings.MostBytes)
            return Refusal.TooLarge($"The file is too large; at most {settings.MostBytes:N0} bytes are taken.");
        if (file.Length == 0)
            return file;
        var kind = FileKinds.Of(file.Span);
        if ((Unlike(kind, type) ?? Unfolding.Problem(file, kind, settings)) is { } problem)
            return Wrong(problem);
        if (PictureCleaning.Clean(file, kind) is not { } picture)
            return Wrong(kind is FileKind.Mp4 or FileKind.Heif or FileKind.Matroska or FileKind.Ogg or FileKind.Wave or FileKind.Mp3
                ? "The file is damaged, or made in a way that what it tells of place, time and device cannot be taken out. Send a photograph as JPEG, a film as a plain MP4, sound as WAV."
                : "The picture is damaged.");
        if (picture.Pixels > settings.MostPixels)
            return Wrong($"The picture has too many pixels; at most {settings.MostPixels:N0} are taken.");
        if (DocumentWithout(picture.Bytes, kind) is not { } clean)
            return Wrong("The document is damaged: it cannot be unpacked.");
        return scanner?.Scan(file.Span) is { } refusal ? refusal : clean;
    }

    /// <summary>A document without what tells of its making; null when it is damaged, the same bytes for anything else.</summary>
    private ReadOnlyMemory<byte>? DocumentWithout(ReadOnlyMemory<byte> file, FileKind kind) => kind switch
    {
        FileKind.Zip => OfficeCleaning.Clean(file),
        FileKind.Pdf => PdfCleaning.Clean(file, settings.MostUnfolded),
        FileKind.Rtf => RtfCleaning.Clean(file),
        FileKind.OldOffice => OldOfficeCleaning.Clean(file),
        _ => file,
    };

    private string? Unlike(FileKind kind, string? type)
    {
        var plain = (type ?? "").Split(';')[0].Trim();
        if (kind == FileKind.Program)
            return "This is a program. Programs are not taken.";
        if (more.Contains(plain))
            return null;
        var promised = FileKinds.Promised(type);
        return (promised, kind) switch
        {
            (FileKind.Markup or FileKind.Program, _) or (_, FileKind.Markup) => "Pages and drawings that can hold scripts (HTML, SVG) are not taken. Send a PDF or plain text.",
            (FileKind.Unknown, _) => "Files of this type are not taken. Send a PDF, a picture, a text or an office document; the hub's administrator can allow more.",
            (null, _) => null,
            _ when promised == kind => null,
            (FileKind.Text, FileKind.Rtf) => null,
            _ => "The file is not what its type says.",
        };
    }

    private static Refusal Wrong(string text) => Refusal.Unprocessable("", new RefusalDetail("value", text));

    /// <summary>SHA-1 in base64, as an attachment's hash is written (R4 2.24.0.8); not for safety.</summary>
    internal static string HashOf(ReadOnlySpan<byte> file) =>
#pragma warning disable CA5350 // the standard's choice
        Convert.ToBase64String(SHA1.HashData(file));
#pragma warning restore CA5350
}

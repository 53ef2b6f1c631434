using System.Globalization;
using System.IO.Compression;
using Microsoft.AspNetCore.Http;
using Tandem.Kernel.Outcomes;

namespace Tandem.Record.Rest;

/// <summary>Compression of bodies both ways (R4 3.1.0.1.12; RFC 9110 8.4). Only where it pays: small answers go out as they are.</summary>
internal static class WireCoding
{
    /// <summary>Below it an answer fits into one packet anyway.</summary>
    internal const int Least = 1400;

    /// <summary>The coding to answer with, <c>br</c> or <c>gzip</c>; null for none.</summary>
    internal static string? Chosen(HttpRequest request, int length)
    {
        if (length < Least || request.Headers.AcceptEncoding.Count == 0)
            return null;
        var offers = request.Headers.AcceptEncoding.SelectMany(header => (header ?? "").Split(',', StringSplitOptions.TrimEntries)).ToList();
        return Takes(offers, "br") ? "br" : Takes(offers, "gzip") ? "gzip" : null;
    }

    internal static ReadOnlyMemory<byte> Compress(ReadOnlyMemory<byte> body, string coding)
    {
        using var into = new MemoryStream(body.Length / 4);
        using (Stream squeeze = coding == "br" ? new BrotliStream(into, CompressionLevel.Fastest, leaveOpen: true) : new GZipStream(into, CompressionLevel.Fastest, leaveOpen: true))
            squeeze.Write(body.Span);
        return into.GetBuffer().AsMemory(0, (int)into.Length);
    }

    /// <summary>True when a body with this Content-Encoding can be read.</summary>
    internal static bool Readable(HttpRequest request) => CodingOf(request) is "" or "identity" or "gzip" or "br" or "deflate";

    /// <summary>The body without its coding; refuses one that grows beyond the limit, is damaged, ends before its coding does or goes on behind it.</summary>
    internal static Outcome<ReadOnlyMemory<byte>> Expand(HttpRequest request, ReadOnlyMemory<byte> body, int most)
    {
        var coding = CodingOf(request);
        if (coding is "" or "identity")
            return body;
        using var into = new MemoryStream();
        var end = CodedBody.Expand(coding, body, into, most);
        if (into.Length > most)
            return Refusal.TooLarge($"The body is too large; at most {most:N0} bytes are read.");
        return end switch
        {
            BodyEnd.Found => (ReadOnlyMemory<byte>)into.GetBuffer().AsMemory(0, (int)into.Length),
            BodyEnd.Followed => Refusal.Invalid("", new RefusalDetail("structure", $"Something that is no {coding} follows the body. Send the body alone.")),
            _ => Refusal.Invalid("", new RefusalDetail("structure", $"The body is not what its Content-Encoding, {coding}, says, or it was cut short.")),
        };
    }

    /// <summary>The coding of a body by its usual name: <c>x-gzip</c> is gzip (RFC 9110 8.4.1.3).</summary>
    private static string CodingOf(HttpRequest request) => request.Headers.ContentEncoding.ToString().ToLowerInvariant() is var coding && coding == "x-gzip" ? "gzip" : coding;

    private static bool Takes(List<string> offers, string coding)
    {
        foreach (var offer in offers)
        {
            var parts = offer.Split(';', StringSplitOptions.TrimEntries);
            if (!parts[0].Equals(coding, StringComparison.OrdinalIgnoreCase))
                continue;
            var quality = parts.Skip(1).FirstOrDefault(part => part.StartsWith("q=", StringComparison.OrdinalIgnoreCase));
            return quality is null || !double.TryParse(quality[2..], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var q) || q > 0;
        }

        return false;
    }
}

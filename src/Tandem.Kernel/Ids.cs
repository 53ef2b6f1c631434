using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Tandem.Kernel;

/// <summary>Ids for what the hub makes itself: valid FHIR ids (R4 2.24.0.1: letters, digits, - and ., at most 64).</summary>
public static class Ids
{
    /// <summary>A new id in order of time (UUID version 7, RFC 9562), so that indexes grow at their end.</summary>
    public static string New(TimeProvider clock) => Uuid(clock).ToString("N");

    /// <summary>A new address for what has none of its own, a document or an entry of a bundle: <c>urn:uuid:</c> and 36 characters in lower case (R4 2.24.0.1, uuid).</summary>
    public static string NewUrn(TimeProvider clock) => "urn:uuid:" + Uuid(clock).ToString("D");

    /// <summary>True for an id as <see cref="New"/> makes them: 32 hexadecimal digits, of version 7 and the variant of RFC 9562.</summary>
    public static bool IsMade(string id) => id is { Length: 32 } && id[12] == '7' && id[16] is '8' or '9' or 'a' or 'b' && id.All(char.IsAsciiHexDigitLower);

    /// <summary>The id that the same parts always give (128 bits of SHA-256): what is derived from one fact has one id.</summary>
    public static string From(params ReadOnlySpan<string> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[4];
        foreach (var part in parts)
        {
            var utf8 = Encoding.UTF8.GetBytes(part);
            BinaryPrimitives.WriteInt32LittleEndian(length, utf8.Length);
            hash.AppendData(length);
            hash.AppendData(utf8);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16));
    }

    private static Guid Uuid(TimeProvider clock)
    {
#pragma warning disable RS0030 // the one place where ids are made
        return Guid.CreateVersion7(clock.GetUtcNow());
#pragma warning restore RS0030
    }
}

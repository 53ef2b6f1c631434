using System.Formats.Cbor;
using System.Numerics;
using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace Tandem.Trust;

/// <summary>
/// How long the keys of others are by which they prove themselves: apps, trusted systems, identity providers, authenticators. RSA of 3072 bits and elliptic curves of 256 are worth 128 bits of strength, RSA of 2048
/// is worth 112 (NIST SP 800-57 part 1, revision 5, table 2).
/// </summary>
internal static class KeyLength
{
    /// <summary>The least bits of RSA that a site may ask for.</summary>
    internal const int LeastRsa = 2048;

    /// <summary>The most: longer ones cost more to check than they are worth.</summary>
    internal const int MostRsa = 8192;

    /// <summary>The least bits of a curve.</summary>
    internal const int LeastCurve = 256;

    private const int CoseType = 1; // RFC 9052 table 3
    private const int CoseRsa = 3; // RFC 8230 section 4
    private const int CoseModulus = -1;

    /// <summary>The bits of an RSA modulus (unsigned, most significant byte first). Zeros before it are not counted.</summary>
    internal static int OfRsa(ReadOnlySpan<byte> modulus) => (int)new BigInteger(modulus, isUnsigned: true, isBigEndian: true).GetBitLength();

    /// <summary>The bits of an RSA key; null for a key of another kind. One whose modulus cannot be read has none.</summary>
    internal static int? OfRsa(SecurityKey key) => key switch
    {
        JsonWebKey { Kty: JsonWebAlgorithmsKeyTypes.RSA } named => OfRsa(Decoded(named.N)),
        RsaSecurityKey { Rsa: { } rsa } => OfRsa(rsa.ExportParameters(includePrivateParameters: false).Modulus),
        RsaSecurityKey numbers => OfRsa(numbers.Parameters.Modulus),
        X509SecurityKey { PublicKey: RSA rsa } => OfRsa(rsa.ExportParameters(includePrivateParameters: false).Modulus),
        _ => null,
    };

    /// <summary>Whether a key is as strong as asked for; false for a kind that is not known.</summary>
    /// <param name="key">The key that a signature was checked with; null, where nobody knows which, is none.</param>
    /// <param name="shortestRsa">The bits that one of RSA has at least. A curve has 256.</param>
    internal static bool IsEnough(SecurityKey? key, int shortestRsa) => key switch
    {
        null => false,
        ECDsaSecurityKey { ECDsa: { } curve } => curve.KeySize >= LeastCurve,
        X509SecurityKey { PublicKey: ECDsa curve } => curve.KeySize >= LeastCurve,
        JsonWebKey { Kty: JsonWebAlgorithmsKeyTypes.EllipticCurve, Crv: "P-256" or "P-384" or "P-521" } => true,
        _ => OfRsa(key) is { } bits && bits >= shortestRsa && bits <= MostRsa,
    };

    /// <summary>The bits of an authenticator's RSA key (COSE_Key, RFC 8230); null for one of a curve. One that cannot be read has none.</summary>
    internal static int? OfAuthenticator(ReadOnlyMemory<byte> key)
    {
        try
        {
            var reader = new CborReader(key, CborConformanceMode.Lax);
            reader.ReadStartMap();
            var isRsa = false;
            ReadOnlySpan<byte> modulus = [];
            while (reader.PeekState() != CborReaderState.EndMap)
            {
                switch (reader.ReadInt32())
                {
                    case CoseType:
                        isRsa = reader.ReadInt32() == CoseRsa;
                        break;
                    case CoseModulus when reader.PeekState() == CborReaderState.ByteString:
                        modulus = reader.ReadByteString();
                        break;
                    default:
                        reader.SkipValue();
                        break;
                }
            }

            return isRsa ? OfRsa(modulus) : null;
        }
        catch (Exception e) when (e is CborContentException or InvalidOperationException or OverflowException)
        {
            return 0;
        }
    }

    private static byte[] Decoded(string? text)
    {
        try
        {
            return Base64UrlEncoder.DecodeBytes(text ?? "");
        }
        catch (FormatException)
        {
            return []; // no key at all, so it has no length
        }
    }
}

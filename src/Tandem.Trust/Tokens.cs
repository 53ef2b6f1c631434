using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Tandem.Trust;

/// <summary>Secrets that are handed out once and kept as hashes.</summary>
public static class Tokens
{
    /// <summary>A new secret of 256 random bits, safe in a link.</summary>
    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>What is kept of it. The secret is random, so a plain hash cannot be searched.</summary>
    public static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}

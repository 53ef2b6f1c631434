using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace Tandem.Trust.SignIn.Passwords;

/// <summary>
/// One-time codes by time (RFC 6238): six digits, thirty seconds, HMAC-SHA-1, which every authenticator knows and whose strength is 128 bits and more (NIST SP 800-57 part 1, table 3).
/// A code is right in its own thirty seconds (OWASP ASVS 5.0, V6.5.5), and in the next where the site takes late ones or an authenticator is only set up.
/// </summary>
internal static class TotpCode
{
    internal const int SecretBytes = 20;
    private const int StepSeconds = 30;
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <summary>The step in which a code is right, later than the last one used; null when it is wrong, over, or was used.</summary>
    /// <param name="secret">The authenticator's.</param>
    /// <param name="code">As typed; blanks do not matter.</param>
    /// <param name="now">The time.</param>
    /// <param name="lastUsed">The step of the last code that was taken.</param>
    /// <param name="takesLate">True to take the code that has just ended, too.</param>
    internal static long? StepOf(ReadOnlySpan<byte> secret, string code, DateTimeOffset now, long lastUsed, bool takesLate = false)
    {
        var digits = string.Concat(code.Where(c => !char.IsWhiteSpace(c)));
        var current = now.ToUnixTimeSeconds() / StepSeconds;
        long? found = null;
        for (var step = takesLate ? current - 1 : current; step <= current; step++)
        {
            if (CryptographicOperations.FixedTimeEquals(System.Text.Encoding.UTF8.GetBytes(Of(secret, step)), System.Text.Encoding.UTF8.GetBytes(digits)) && step > lastUsed)
                found ??= step;
        }

        return found;
    }

    /// <summary>The code of a step (RFC 4226 5.3).</summary>
#pragma warning disable CA5350 // HMAC-SHA-1 is what authenticators agree on; its collisions do not matter to an HMAC
    internal static string Of(ReadOnlySpan<byte> secret, long step)
    {
        Span<byte> counter = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        Span<byte> hash = stackalloc byte[HMACSHA1.HashSizeInBytes];
        HMACSHA1.HashData(secret, counter, hash);
        var value = BinaryPrimitives.ReadUInt32BigEndian(hash[(hash[^1] & 0xf)..]) & 0x7fff_ffff;
        return (value % 1_000_000).ToString("D6", CultureInfo.InvariantCulture);
    }
#pragma warning restore CA5350

    /// <summary>The secret as people type it (RFC 4648 base32, without padding).</summary>
    internal static string Text(ReadOnlySpan<byte> secret)
    {
        var text = new System.Text.StringBuilder();
        var (bits, count) = (0, 0);
        foreach (var b in secret)
        {
            (bits, count) = ((bits << 8) | b, count + 8);
            for (; count >= 5; count -= 5)
                text.Append(Alphabet[(bits >> (count - 5)) & 31]);
            bits &= (1 << count) - 1;
        }

        return count == 0 ? text.ToString() : text.Append(Alphabet[(bits << (5 - count)) & 31]).ToString();
    }

    /// <summary>The address that authenticators read from a picture.</summary>
    internal static string Address(ReadOnlySpan<byte> secret, string issuer, string account) =>
        $"otpauth://totp/{Uri.EscapeDataString(issuer)}:{Uri.EscapeDataString(account)}?secret={Text(secret)}&issuer={Uri.EscapeDataString(issuer)}";
}

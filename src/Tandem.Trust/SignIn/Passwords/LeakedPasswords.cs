using System.Security.Cryptography;
using System.Text;

namespace Tandem.Trust.SignIn.Passwords;

/// <summary>
/// Passwords of known leaks, when the site has a list: a file of SHA-1 hashes in hexadecimal and in order, one a line, with or without <c>:count</c> behind it, as Have I Been Pwned gives it out
/// (NIST SP 800-63B-4 3.1.1.2). Asked on this machine alone; a lookup reads some forty pieces of the file. Thread-safe.
/// </summary>
/// <param name="options">Name the file.</param>
internal sealed class LeakedPasswords(SignInOptions options)
{
    private const int HashCharacters = 40;
    private const int LongestLine = 128;

    /// <summary>Whether the list has this password; false without a list.</summary>
    /// <exception cref="IOException">The file cannot be read: then no password can be set.</exception>
    internal bool Contain(string password)
    {
        if (options.LeakedPasswords.Length == 0)
            return false;
#pragma warning disable CA5350 // the list is made of SHA-1; nothing is protected by it
        var wanted = Convert.ToHexString(SHA1.HashData(Encoding.UTF8.GetBytes(password)));
#pragma warning restore CA5350
        using var file = File.OpenHandle(options.LeakedPasswords);
        var (from, to) = (0L, RandomAccess.GetLength(file)); // where the line begins is in [from, to)
        Span<byte> piece = stackalloc byte[2 * LongestLine];
        while (from < to)
        {
            var middle = from + ((to - from) / 2);
            var start = LineAt(file, middle, from, piece, out var hash);
            switch (string.CompareOrdinal(hash, wanted))
            {
                case 0:
                    return true;
                case < 0:
                    from = NextLine(file, middle, piece);
                    break;
                default:
                    to = start;
                    break;
            }
        }

        return false;
    }

    /// <summary>Where the line begins that holds a byte, and its hash.</summary>
    private static long LineAt(Microsoft.Win32.SafeHandles.SafeFileHandle file, long at, long least, Span<byte> piece, out string hash)
    {
        var begin = Math.Max(least, at - LongestLine);
        var before = piece[..RandomAccess.Read(file, piece[..(int)(at - begin)], begin)];
        var start = begin + before.LastIndexOf((byte)'\n') + 1;
        var line = piece[..RandomAccess.Read(file, piece[..HashCharacters], start)];
        hash = Encoding.ASCII.GetString(line).ToUpperInvariant();
        return start;
    }

    private static long NextLine(Microsoft.Win32.SafeHandles.SafeFileHandle file, long at, Span<byte> piece)
    {
        var read = piece[..RandomAccess.Read(file, piece, at)];
        var end = read.IndexOf((byte)'\n');
        return end < 0 ? RandomAccess.GetLength(file) : at + end + 1;
    }
}

using System.Security.Cryptography;

namespace Tandem.Trust.SignIn.Passwords;

/// <summary>Codes on paper for the day the authenticator is lost: ten, each good once, 118 random bits in letters that cannot be mistaken for one another.</summary>
internal static class RecoveryCodes
{
    internal const int Count = 10;
    private const string Alphabet = "abcdefghjkmnpqrstuvwxyz23456789";
    private const int Groups = 4;
    private const int Letters = 6;

    internal static string[] New() =>
        [.. Enumerable.Range(0, Count).Select(_ => string.Join('-', Enumerable.Range(0, Groups).Select(_ => RandomNumberGenerator.GetString(Alphabet, Letters))))];

    /// <summary>What is kept of a code; spaces, hyphens and capitals do not matter.</summary>
    internal static string Hash(string code) => Tokens.Hash("recovery " + string.Concat(code.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant());
}

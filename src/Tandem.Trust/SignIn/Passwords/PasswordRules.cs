using System.Text;
using Tandem.Fhir.Search;

namespace Tandem.Trust.SignIn.Passwords;

/// <summary>
/// What a password must be (NIST SP 800-63B-4 3.1.1.2): long enough, and not one that everybody tries. Nothing about kinds of characters, no expiry, no hints. Spaces and
/// every script are welcome.
/// </summary>
internal static class PasswordRules
{
    /// <summary>The least number of characters beside a second factor.</summary>
    internal const int ShortestWithCode = 8;

    /// <summary>The least number of characters of a password that stands alone.</summary>
    internal const int ShortestAlone = 15;

    /// <summary>The most; more cost time and add nothing.</summary>
    internal const int Longest = 256;

    /// <summary>The password as it is compared: composed by compatibility, so that it is the same from every keyboard.</summary>
    internal static string Normal(string password) => SoundText.Of(password).Normalize(NormalizationForm.FormKC);

    /// <summary>What is wrong with a password, or null.</summary>
    /// <param name="password">As typed.</param>
    /// <param name="isAlone">True when no second factor stands beside it.</param>
    /// <param name="about">What others know of the person and the hub: name, login, organisation.</param>
    internal static Kernel.Pages.Phrase? Problem(string password, bool isAlone, IEnumerable<string> about)
    {
        var normal = Normal(password);
        var length = normal.EnumerateRunes().Count();
        if (length < (isAlone ? ShortestAlone : ShortestWithCode))
            return isAlone ? PasswordWords.TooShortAlone : PasswordWords.TooShort;
        if (length > Longest)
            return PasswordWords.TooLong;
        var known = about.SelectMany(words => words.Split([' ', '@', '.', '-', ','], StringSplitOptions.RemoveEmptyEntries).Append(words)).Where(word => word.Length > 2)
            .Append("tandem").Select(word => word.ToLowerInvariant()).Distinct();
        return CommonPasswords.Contain(normal, known) ? PasswordWords.Known : null;
    }
}

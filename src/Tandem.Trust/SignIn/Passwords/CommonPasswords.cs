using System.IO.Compression;
using System.Text;

namespace Tandem.Trust.SignIn.Passwords;

/// <summary>The passwords that attackers try first: some 30,000 of leaked collections (@zxcvbn-ts/language-common, MIT; see common-passwords.LICENSE.txt), and what is one of them in disguise.</summary>
internal static class CommonPasswords
{
    private const string Resource = "Tandem.Trust.SignIn.Passwords.common-passwords.txt.gz";
    private const int FewestDifferent = 4;
    private const int FewestOwn = 5;
    private static readonly Lazy<HashSet<string>> Known = new(Read);
    private static readonly (char Written, char Meant)[] Disguises = [('0', 'o'), ('1', 'i'), ('3', 'e'), ('4', 'a'), ('@', 'a'), ('5', 's'), ('$', 's'), ('7', 't')];

    /// <summary>Whether a password is known, or easy to guess for somebody who knows these words about the person.</summary>
    internal static bool Contain(string password, IEnumerable<string> about)
    {
        var lower = password.ToLowerInvariant();
        return lower.Distinct().Count() < FewestDifferent || IsRow(lower) || Forms(lower).Any(Known.Value.Contains) || Forms(WithoutWords(lower, about)).Any(rest => rest.Length < FewestOwn || (rest != lower && Known.Value.Contains(rest)));
    }

    /// <summary>The password, without what is often put around it, with its disguises taken off, and what is said twice said once.</summary>
    private static IEnumerable<string> Forms(string lower)
    {
        yield return lower;
        var bare = lower.Trim([.. "0123456789!?.,*#-_+ "]);
        if (bare.Length >= FewestOwn)
            yield return bare;
        var plain = Disguises.Aggregate(lower.TrimEnd([.. "!?.,*#-_+ "]), (text, disguise) => text.Replace(disguise.Written, disguise.Meant));
        yield return plain;
        if (lower.Length % 2 == 0 && lower[..(lower.Length / 2)] == lower[(lower.Length / 2)..])
            yield return lower[..(lower.Length / 2)];
    }

    /// <summary>Neighbours of an alphabet all along: abcdefgh, 98765432.</summary>
    private static bool IsRow(string lower)
    {
        var steps = lower.Zip(lower.Skip(1), (one, next) => next - one).Distinct().ToList();
        return steps is [1] or [-1];
    }

    private static string WithoutWords(string lower, IEnumerable<string> about) =>
        about.OrderByDescending(word => word.Length).Aggregate(lower, (text, word) => text.Replace(word, "", StringComparison.Ordinal));

    private static HashSet<string> Read()
    {
        using var stream = typeof(CommonPasswords).Assembly.GetManifestResourceStream(Resource) ?? throw new InvalidOperationException($"The program lacks {Resource}.");
        using var text = new StreamReader(new GZipStream(stream, CompressionMode.Decompress), Encoding.UTF8);
        return [.. text.ReadToEnd().Split('\n')];
    }
}

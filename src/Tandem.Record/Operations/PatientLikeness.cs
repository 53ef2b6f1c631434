using Tandem.Fhir.Json;
using Tandem.Fhir.Search;
using Tandem.Fhir.Views;

namespace Tandem.Record.Operations;

/// <summary>How surely two Patient resources are one person: the values of match-grade.</summary>
internal enum MatchGrade
{
    CertainlyNot,
    Possible,
    Probable,
    Certain,
}

/// <summary>
/// Compares two Patient resources as Fellegi and Sunter do (1969): what agrees adds weight (about the binary logarithm of how much likelier it is for one
/// person than for two), what contradicts takes weight away, what is not stated counts nothing. Pure.
/// </summary>
/// <param name="Weight">The sum; 14 is even odds in a region of some ten thousand people.</param>
/// <param name="SharesIdentifier">True when an identifier of one system is the same.</param>
internal sealed record PatientLikeness(double Weight, bool SharesIdentifier)
{
    private const double Even = 14;
    private const double Alike = 0.92;

    /// <summary>
    /// Names and birth date alone are never certain: people share them. Certain is a shared identifier that nothing contradicts, or names, birth date and
    /// a telephone number or address besides.
    /// </summary>
    internal MatchGrade Grade => this switch
    {
        { SharesIdentifier: true, Weight: >= 12 } or { Weight: >= 20 } => MatchGrade.Certain,
        { SharesIdentifier: true } or { Weight: >= Even } => MatchGrade.Probable,
        { Weight: >= 8 } => MatchGrade.Possible,
        _ => MatchGrade.CertainlyNot,
    };

    /// <summary>The probability that goes with the weight, from 0 to 1.</summary>
    internal decimal Score => (decimal)Math.Round(1 / (1 + Math.Pow(2, (SharesIdentifier ? Even - 8 : Even) - Weight)), 4);

    internal static PatientLikeness Of(FhirNode left, FhirNode right)
    {
        var (shared, identifiers) = Identifiers(left, right);
        var weight = identifiers + Names(left["name"u8], right["name"u8]) + Births(left["birthDate"u8].Text, right["birthDate"u8].Text)
            + Genders(left["gender"u8].Text, right["gender"u8].Text) + (Shares(left["telecom"u8], right["telecom"u8], Contact) ? 5 : 0)
            + (Shares(left["address"u8], right["address"u8], Line) ? 3 : Shares(left["address"u8], right["address"u8], address => Folded(address["postalCode"u8].Text)) ? 1.5 : 0);
        return new(weight, shared);
    }

    private static (bool Shared, double Weight) Identifiers(FhirNode left, FhirNode right)
    {
        var (shared, differs) = (false, false);
        foreach (var one in left["identifier"u8].Items)
        {
            foreach (var other in right["identifier"u8].Items)
            {
                if (one["system"u8].Text is not { } system || system != other["system"u8].Text || one["use"u8].Is("old"u8) || other["use"u8].Is("old"u8))
                    continue;
                var isSame = one["value"u8].Text is { } value && value == other["value"u8].Text;
                (shared, differs) = (shared || isSame, differs || !isSame);
            }
        }

        return (shared, shared ? 12 : differs ? -4 : 0);
    }

    /// <summary>The best of all pairs of names.</summary>
    private static double Names(FhirNode left, FhirNode right)
    {
        double? best = null;
        foreach (var one in left.Items)
        {
            foreach (var other in right.Items)
            {
                var weight = Words(Parts(one["family"u8]), Parts(other["family"u8]), 6, 4) + Words(Parts(one["given"u8]), Parts(other["given"u8]), 4, 2);
                best = Math.Max(best ?? weight, weight);
            }
        }

        return best ?? 0;
    }

    private static double Words(List<string> left, List<string> right, double same, double alike)
    {
        if (left.Count == 0 || right.Count == 0)
            return 0;
        if (left.Intersect(right).Any())
            return same;
        return left.Exists(one => right.Exists(other => JaroWinkler.Of(one, other) >= Alike || (Math.Min(one.Length, other.Length) >= 3 && (one.StartsWith(other, StringComparison.Ordinal) || other.StartsWith(one, StringComparison.Ordinal)))))
            ? alike : -3;
    }

    private static double Births(string? left, string? right)
    {
        if (left is null || right is null)
            return 0;
        if (left == right)
            return left.Length == 10 ? 7 : 3;
        if (left.StartsWith(right, StringComparison.Ordinal) || right.StartsWith(left, StringComparison.Ordinal))
            return 3; // one is known to the year or month only
        if (left.Length != 10 || right.Length != 10)
            return -6;
        var isSwapped = left[..4] == right[..4] && left[5..7] == right[8..] && left[8..] == right[5..7];
        return isSwapped || left.Zip(right).Count(pair => pair.First != pair.Second) == 1 ? 2 : -6;
    }

    private static double Genders(string? left, string? right) =>
        left is null or "unknown" || right is null or "unknown" ? 0 : left == right ? 0.7 : -3;

    private static bool Shares(FhirNode left, FhirNode right, Func<FhirNode, string?> key)
    {
        var keys = right.Items.AsEnumerable().Select(key).OfType<string>().ToHashSet(StringComparer.Ordinal);
        return left.Items.AsEnumerable().Select(key).OfType<string>().Any(keys.Contains);
    }

    private static string? Contact(FhirNode telecom) => telecom["value"u8].Text is not { Length: > 0 } value ? null
        : telecom["system"u8].Is("email"u8) ? StringIndex.Normalise(value)
        : new string([.. value.Where(char.IsAsciiDigit)]) is { Length: >= 7 } digits ? digits[^7..] : null;

    private static string? Line(FhirNode address) =>
        address["line"u8].First.Text is { Length: > 0 } line && (address["postalCode"u8].Text ?? address["city"u8].Text) is { } place ? Folded($"{line} {place}") : null;

    private static List<string> Parts(FhirNode names) =>
        [.. names.Items.AsEnumerable().Select(name => Folded(name.Text)).OfType<string>().Where(name => name.Length > 0)];

    private static string? Folded(string? text) => text is null ? null : StringIndex.Key(text); // as a search by name compares
}

/// <summary>How alike two words are, from 0 to 1 (Jaro 1989, Winkler 1990): letters in common and in order, the beginning counting more.</summary>
internal static class JaroWinkler
{
    private const double PerLetterOfPrefix = 0.1;
    private const int LongestPrefix = 4;

    internal static double Of(string left, string right)
    {
        if (left == right)
            return 1;
        var jaro = Jaro(left, right);
        var prefix = 0;
        while (prefix < LongestPrefix && prefix < left.Length && prefix < right.Length && left[prefix] == right[prefix])
            prefix++;
        return jaro + (prefix * PerLetterOfPrefix * (1 - jaro));
    }

    private static double Jaro(string left, string right)
    {
        var reach = Math.Max(0, (Math.Max(left.Length, right.Length) / 2) - 1);
        var (inLeft, inRight) = (new bool[left.Length], new bool[right.Length]);
        var common = 0;
        for (var at = 0; at < left.Length; at++)
        {
            for (var other = Math.Max(0, at - reach); other < Math.Min(right.Length, at + reach + 1); other++)
            {
                if (inRight[other] || left[at] != right[other])
                    continue;
                (inLeft[at], inRight[other]) = (true, true);
                common++;
                break;
            }
        }

        if (common == 0)
            return 0;
        var swapped = left.Where((_, at) => inLeft[at]).Zip(right.Where((_, at) => inRight[at])).Count(pair => pair.First != pair.Second) / 2.0;
        return (((double)common / left.Length) + ((double)common / right.Length) + ((common - swapped) / common)) / 3;
    }
}

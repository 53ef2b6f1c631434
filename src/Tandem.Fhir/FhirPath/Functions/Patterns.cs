using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Tandem.Fhir.FhirPath.Expressions;

namespace Tandem.Fhir.FhirPath.Functions;

/// <summary>
/// Regular expressions (FHIRPath 2.0, 5.6.9 to 5.6.11): case matters, a dot stands for a line end too. They run in time linear
/// in the text where the pattern allows it and are ended after a short time where it does not.
/// </summary>
internal static class Patterns
{
    private const int MostKept = 2_000;
    private const int LongestPattern = 4_096;
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan PatienceIfLinear = TimeSpan.FromSeconds(2); // what takes that long is a machine that is busy
    private static readonly ConcurrentDictionary<string, Regex> Kept = new(StringComparer.Ordinal);

    internal static readonly Function[] All =
    [
        new("matches", 1, 1, (in focus, call, run) => Matches(focus, call, run, "{0}")),
        new("matchesFull", 1, 1, (in focus, call, run) => Matches(focus, call, run, @"\A(?:{0})\z")),
        new("replaceMatches", 2, 2, ReplaceMatches),
    ];

    private static Values Matches(in Values focus, Call call, Evaluation run, string frame)
    {
        if (call.Text(focus) is not { } text || call.TextArgument(0, run) is not { } pattern)
            return default;
        run.Charge(1 + text.Length / 16, call);
        var regex = Compiled(frame.Replace("{0}", pattern, StringComparison.Ordinal), call);
        var since = run.Context.Clock.GetTimestamp();
        var matches = Guard(call, () => regex.IsMatch(text));
        Charge(regex, ref since, call, run);
        return new(matches);
    }

    private static Values ReplaceMatches(in Values focus, Call call, Evaluation run)
    {
        if (call.Text(focus) is not { } text || call.TextArgument(0, run) is not { } pattern || call.TextArgument(1, run) is not { } substitution)
            return default;
        if (pattern.Length == 0)
            return Values.Of(text);
        run.ChargeReplacement(text.Length + 1, substitution.Length, call);
        var regex = Compiled(pattern, call);
        var (built, since) = (0L, run.Context.Clock.GetTimestamp());
        var replaced = Guard(call, () => regex.Replace(text, Piece));
        Charge(regex, ref since, call, run);
        return Values.Of(run.Charge(replaced, call));

        string Piece(Match match) // .NET gives the whole text for two characters of a substitution ($_), so what is built is counted
        {
            Charge(regex, ref since, call, run);
            var piece = match.Result(substitution);
            built += piece.Length;
            if (built > Evaluation.MaxText)
                throw Evaluation.TooLong(call);
            run.ChargeText(piece.Length, call);
            return piece;
        }
    }

    /// <summary>Charges the time of a pattern that may go back and try again; what runs in linear time is charged by the length of its text.</summary>
    private static void Charge(Regex regex, ref long since, Call call, Evaluation run)
    {
        if (!regex.Options.HasFlag(RegexOptions.NonBacktracking))
            run.ChargeMatching(ref since, call);
    }

    private static T Guard<T>(Call call, Func<T> apply)
    {
        try
        {
            return apply();
        }
        catch (RegexMatchTimeoutException)
        {
            throw new FhirPathException("The regular expression takes too long on this text.", call.Position) { IsTooCostly = true };
        }
        catch (RegexParseException)
        {
            throw call.Error("The substitution names a group by a number that is too great.");
        }
    }

    private static Regex Compiled(string pattern, Call call)
    {
        if (Kept.TryGetValue(pattern, out var known))
            return known;
        if (pattern.Length > LongestPattern)
            throw call.Error($"The regular expression is longer than {LongestPattern} characters.");
        Regex regex;
        try
        {
            regex = Build(pattern);
        }
        catch (ArgumentException e)
        {
            throw call.Error($"This is no regular expression: {e.Message}");
        }

        if (Kept.Count >= MostKept)
            Kept.Clear(); // what is used is soon there again
        Kept.TryAdd(pattern, regex);
        return regex;
    }

    private static Regex Build(string pattern)
    {
        const RegexOptions options = RegexOptions.Singleline | RegexOptions.CultureInvariant;
        try
        {
            return new(pattern, options | RegexOptions.NonBacktracking, PatienceIfLinear);
        }
        catch (NotSupportedException)
        {
            return new(pattern, options, Patience);
        }
    }
}

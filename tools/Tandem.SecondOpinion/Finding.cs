using System.Text.RegularExpressions;
using Tandem.Fhir.Structure;

namespace Tandem.SecondOpinion;

/// <summary>Something that a validator says of a resource, in words that two validators can share.</summary>
/// <param name="Severity">error or warning.</param>
/// <param name="Rule">The key of an invariant; otherwise the kind of rule in the validator's own words.</param>
/// <param name="Path">The element, without places in lists and types of choices.</param>
/// <param name="Text">What the validator says.</param>
internal sealed partial record Finding(string Severity, string Rule, string Path, string Text)
{
    internal bool IsInvariant => Key().IsMatch(Rule);

    /// <summary>How it is named in a table.</summary>
    internal string What => $"{Path}: {Text}";

    internal static Finding Of(FhirIssue issue) => new(
        issue.IsError ? "error" : "warning", issue.Code == "invariant" && LastKey().Match(issue.Text) is { Success: true } key ? key.Groups[1].Value : issue.Code, Plain(issue.Expression), issue.Text);

    internal static string Plain(string expression) => Places().Replace(expression, "");

    [GeneratedRegex(@"\[[^\]]*\]|\.ofType\([^)]*\)")]
    private static partial Regex Places();

    [GeneratedRegex(@"\(([a-z]+(?:-[a-z]+)*-\d+[a-z]?)\)[^()]*$")]
    private static partial Regex LastKey();

    [GeneratedRegex(@"^[a-z]+(-[a-z]+)*-\d+[a-z]?$")]
    private static partial Regex Key();
}

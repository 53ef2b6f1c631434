using Tandem.Fhir.Json;

namespace Tandem.Fhir.Structure;

/// <summary>Collects issues of one document. Paths and positions are only worked out here, when there is something to say.</summary>
internal sealed class IssueLog(FhirJson json, int root)
{
    internal const int Most = 100;

    private readonly List<FhirIssue> issues = [];

    internal FhirJson Document => json;

    internal int Root => root;

    internal bool IsFull => issues.Count >= Most;

    internal IReadOnlyList<FhirIssue> Issues => issues;

    internal void Add(IssueSeverity severity, string code, string text, int row, string below = "")
    {
        if (IsFull)
            return;
        var (line, column) = json.Position(json.Rows[row].Start);
        issues.Add(new(severity, code, text, ElementPath.Of(json, root, row) + below, line, column));
        if (IsFull)
            issues.Add(new(IssueSeverity.Error, "too-costly", $"More than {Most} issues; the rest was not looked at.", ElementPath.Of(json, root, root), line, column));
    }
}

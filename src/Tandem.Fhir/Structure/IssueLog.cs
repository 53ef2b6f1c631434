using Tandem.Fhir.Json;

namespace Tandem.Fhir.Structure;

/// <summary>
/// Collects issues of one document. Paths and positions are only worked out here, when there is something to say. It is full at a hundred errors; of what is no error, a hundred
/// are told and the search for errors goes on, so that a large resource is not wrong for what may be said of it.
/// </summary>
internal sealed class IssueLog(FhirJson json, int root)
{
    internal const int Most = 100;

    private readonly List<FhirIssue> issues = [];
    private int errors;
    private int others;

    internal FhirJson Document => json;

    internal int Root => root;

    internal bool IsFull => errors >= Most;

    internal bool HasErrors => errors > 0;

    internal IReadOnlyList<FhirIssue> Issues => issues;

    internal void Add(IssueSeverity severity, string code, string text, int row, string below = "")
    {
        var isError = severity == IssueSeverity.Error;
        if (IsFull || (!isError && others > Most))
            return;
        var count = isError ? ++errors : ++others;
        var (line, column) = json.Position(json.Rows[row].Start);
        if (isError || count <= Most)
            issues.Add(new(severity, code, text, ElementPath.Of(json, root, row) + below, line, column));
        if (IsFull)
            issues.Add(new(IssueSeverity.Error, "too-costly", $"More than {Most} issues; the rest was not looked at.", ElementPath.Of(json, root, root), line, column));
        else if (!isError && count > Most)
            issues.Add(new(IssueSeverity.Information, "informational", $"More than {Most} warnings and notes; only errors are told from here on.", ElementPath.Of(json, root, root), line, column));
    }
}

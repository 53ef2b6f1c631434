using System.Globalization;
using System.Text;
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
        issues.Add(new(severity, code, text, PathTo(row) + below, line, column));
        if (IsFull)
            issues.Add(new(IssueSeverity.Error, "too-costly", $"More than {Most} issues; the rest was not looked at.", PathTo(root), line, column));
    }

    /// <summary>Walks down from the outermost resource to the row, naming each step.</summary>
    private string PathTo(int row)
    {
        var rows = json.Rows;
        var path = new StringBuilder(TypeName(root));
        for (var at = root; at != row;)
        {
            var (child, index) = (at + 1, 0);
            for (; rows[child].Next <= row; child = rows[child].Next)
                index++;
            if (rows[at].Kind == JsonKind.Array)
                path.Append(CultureInfo.InvariantCulture, $"[{index}]");
            else
                path.Append('.').Append(ElementName(at, child));
            at = child;
        }

        return path.ToString();
    }

    private string TypeName(int row) => new FhirNode(json, row)["resourceType"u8] is { Kind: JsonKind.String } type ? type.Text! : "Resource";

    /// <summary>A choice goes by its element's name in FHIRPath; other names are taken as sent, those of primitives' parts without the underscore.</summary>
    private string ElementName(int owner, int row)
    {
        var name = new FhirNode(json, row).Name;
        var plain = name.StartsWith('_') ? name[1..] : name;
        return TypeWalk.TypeOf(json, root, owner) is { } type && type.Elements.TryFind(Encoding.UTF8.GetBytes(plain), out var property)
            ? property.Element.Name
            : plain;
    }
}

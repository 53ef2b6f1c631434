using System.Text;
using Tandem.Fhir.Json;
using Tandem.Record.Validation;

namespace Tandem.Care.Intake;

/// <summary>One thing wrong with a resource that was taken in.</summary>
/// <param name="Place">The element as FHIRPath.</param>
/// <param name="Text">What is wrong there (English); repeats no value of the resource.</param>
internal sealed record NotedIssue(string Place, string Text)
{
    internal static IReadOnlyList<NotedIssue> Of(ValidationNote note) =>
    [
        .. FhirJson.ParseStored(Encoding.UTF8.GetBytes(note.Outcome)).Root["issue"u8].Items.AsEnumerable()
            .Select(issue => new NotedIssue(issue["expression"u8].First.Text ?? "", issue["diagnostics"u8].Text ?? issue["details"u8]["text"u8].Text ?? "")),
    ];
}

using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Tandem.Fhir.Structure;
using Tandem.Kernel.Outcomes;

namespace Tandem.Record.Rest;

/// <summary>Writes refusals and notes as OperationOutcome (R4 2.36).</summary>
internal static class OperationOutcomeJson
{
    private const string Line = "http://hl7.org/fhir/StructureDefinition/operationoutcome-issue-line";
    private const string Column = "http://hl7.org/fhir/StructureDefinition/operationoutcome-issue-col";

    internal static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>A refusal: one issue per place in the input, or one that says why.</summary>
    internal static byte[] Of(Refusal refusal) => refusal.Details.Count == 0
        ? Of("error", new RefusalDetail(CodeOf(refusal.Kind), refusal.Text))
        : Write(refusal.Details.Select(detail => (detail.IsWarning ? "warning" : "error", detail)));

    /// <summary>One issue.</summary>
    internal static byte[] Of(string severity, RefusalDetail issue) => Write([(severity, issue)]);

    /// <summary>Issues, each with its severity.</summary>
    internal static byte[] Write(IEnumerable<(string Severity, RefusalDetail Issue)> issues)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using var json = new Utf8JsonWriter(buffer, Options);
        json.WriteStartObject();
        json.WriteString("resourceType"u8, "OperationOutcome"u8);
        json.WriteStartArray("issue"u8);
        foreach (var (severity, issue) in issues)
            Issue(json, severity, issue);
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>What the structure check found, as places of a refusal.</summary>
    internal static RefusalDetail Detail(FhirIssue issue) => new(
        issue.Code,
        issue.Text,
        issue.Expression,
        string.Create(CultureInfo.InvariantCulture, $"{issue.Line}:{issue.Column}"),
        issue.IsWarning);

    private static void Issue(Utf8JsonWriter json, string severity, RefusalDetail issue)
    {
        json.WriteStartObject();
        var at = (issue.Position ?? "").Split(':');
        if (at.Length == 2 && int.TryParse(at[0], CultureInfo.InvariantCulture, out var line) && int.TryParse(at[1], CultureInfo.InvariantCulture, out var column))
        {
            json.WriteStartArray("extension"u8);
            Extension(json, Line, line);
            Extension(json, Column, column);
            json.WriteEndArray();
        }

        json.WriteString("severity"u8, severity);
        json.WriteString("code"u8, issue.Code);
        json.WriteString("diagnostics"u8, issue.Position is null ? issue.Text : $"{issue.Text} (line {issue.Position.Replace(":", ", column ", StringComparison.Ordinal)})");
        if (issue.Expression is not null)
        {
            json.WriteStartArray("expression"u8);
            json.WriteStringValue(issue.Expression);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void Extension(Utf8JsonWriter json, string url, int value)
    {
        json.WriteStartObject();
        json.WriteString("url"u8, url);
        json.WriteNumber("valueInteger"u8, value);
        json.WriteEndObject();
    }

    /// <summary>The issue type of a kind of refusal.</summary>
    internal static string CodeOf(RefusalKind kind) => kind switch
    {
        RefusalKind.Invalid => "invalid",
        RefusalKind.Unprocessable => "processing",
        RefusalKind.Unauthenticated => "login",
        RefusalKind.Forbidden => "forbidden",
        RefusalKind.NotFound => "not-found",
        RefusalKind.Gone => "deleted",
        RefusalKind.Conflict or RefusalKind.PreconditionFailed => "conflict",
        RefusalKind.TooLarge => "too-long",
        RefusalKind.NotSupported => "not-supported",
        RefusalKind.Uncertain => "no-store",
        _ => "transient",
    };
}

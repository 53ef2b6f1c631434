using System.Text.Json;
using System.Text.RegularExpressions;
using Tandem.Fhir.Definitions;
using Tandem.Fhir.Search;
using Tandem.Fhir.Views;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Operations;

namespace Tandem.Record.Bulk;

/// <summary>What to export.</summary>
/// <param name="Of"><c>system</c>, <c>patients</c> (all of them), or the id of a Group.</param>
/// <param name="Types">Resource types; empty for all.</param>
/// <param name="Since">Only what changed at this instant or later.</param>
/// <param name="Filters">Searches (<c>Observation?status=final</c>); a type with filters is exported where one of its filters matches.</param>
/// <param name="Patients">Only these patients (logical ids); empty for all.</param>
internal sealed partial record ExportPlan(string Of, IReadOnlyList<string> Types, DateTimeOffset? Since, IReadOnlyList<string> Filters, IReadOnlyList<string> Patients)
{
    internal const string System = "system";
    internal const string AllPatients = "patients";

    internal bool IsOfPatients => Of != System;

    /// <summary>Only these elements, as <c>name</c> or <c>Patient.name</c>, and what is mandatory; empty for all.</summary>
    public IReadOnlyList<string> Elements { get; init; } = [];

    /// <summary>Which Provenance goes along when the types leave it out; empty for none.</summary>
    public string Associated { get; init; } = "";

    /// <summary>What of a type's resources is wanted; null for the whole.</summary>
    internal Rest.ResultShape? ShapeOf(string type)
    {
        List<string> own = [.. Elements.Where(element => !element.Contains('.') || element.StartsWith(type + ".", StringComparison.Ordinal)).Select(element => element[(element.IndexOf('.') + 1)..])];
        return own.Count == 0 ? null : Rest.ResultShape.Whole with { Elements = own };
    }

    internal string ToJson() => JsonSerializer.Serialize(this);

    internal static ExportPlan FromJson(string json) => JsonSerializer.Deserialize<ExportPlan>(json)!;

    /// <summary>Reads the parameters of a call (Bulk Data 2, section "Query parameters").</summary>
    internal static Outcome<ExportPlan> Read(OperationRequest call, string of)
    {
        var problems = new List<RefusalDetail>();
        if (call.Text("_outputFormat") is { } format && format is not ("application/fhir+ndjson" or "application/ndjson" or "ndjson"))
            problems.Add(new("not-supported", "_outputFormat can be application/fhir+ndjson only."));
        var types = call.Texts("_type");
        problems.AddRange(types.Where(type => !R4.IsResourceType(type)).Select(type => new RefusalDetail("value", $"FHIR R4 has no resource type {Rest.FhirRequest.Shown(type)}.")));
        DateTimeOffset? since = null;
        if (call.Text("_since") is { } text)
        {
            if (FhirInstant().IsMatch(text) && DateTimeOffset.TryParse(text, global::System.Globalization.CultureInfo.InvariantCulture, out var instant))
                since = instant;
            else
                problems.Add(new("value", "_since has to be an instant such as 2026-11-22T08:00:00Z."));
        }

        var filters = call.Arguments.Where(argument => argument.Name == "_typeFilter" && argument.Text is not null).SelectMany(argument => Queries().Split(argument.Text!)).ToList();
        foreach (var filter in filters)
            problems.AddRange(Problems(filter, types, call));
        var patients = call.Arguments.Where(argument => argument.Name == "patient").Select(argument => call.Fhir.Own.Relative(argument.Value["reference"u8].Text) ?? "").ToList();
        problems.AddRange(patients.Where(patient => PatientReference.IdIn(patient) is null).Select(_ => new RefusalDetail("value", "patient has to be a reference such as Patient/123.")));
        var elements = call.Texts("_elements");
        problems.AddRange(elements.Where(element => !Element().IsMatch(element)).Select(element => new RefusalDetail("value", $"_elements names elements such as Patient.name or status, not {Rest.FhirRequest.Shown(element)}.")));
        var associated = call.Texts("includeAssociatedData");
        if (call.Fhir.IsStrict)
            problems.AddRange(Unoffered(call));
        return problems.Count > 0
            ? Refusal.Invalid("", [.. problems])
            : new ExportPlan(of, types, since, filters, [.. patients.Select(patient => PatientReference.IdIn(patient)).OfType<string>()])
            {
                Elements = elements, Associated = associated.Contains(AssociatedProvenance.Relevant) ? AssociatedProvenance.Relevant : associated.FirstOrDefault(AssociatedProvenance.IsOffered) ?? "",
            };
    }

    /// <summary>The associated data that are asked for and not offered: refused, or left out where that is asked for (<c>handling=lenient</c>).</summary>
    internal static IEnumerable<RefusalDetail> Unoffered(OperationRequest call) => call.Texts("includeAssociatedData").Where(which => !AssociatedProvenance.IsOffered(which)).Select(which =>
        new RefusalDetail("not-supported", $"includeAssociatedData can be {AssociatedProvenance.Relevant} or {AssociatedProvenance.Latest}, not {Rest.FhirRequest.Shown(which)}."));

    private static IEnumerable<RefusalDetail> Problems(string filter, IReadOnlyList<string> types, OperationRequest call)
    {
        var (type, query) = Split(filter);
        if (!R4.IsResourceType(type) || query.Length == 0)
            return [new("value", $"_typeFilter has to be a search such as Observation?status=final, not {Rest.FhirRequest.Shown(filter)}.")];
        if (types.Count > 0 && !types.Contains(type))
            return [new("value", $"_typeFilter names {type}, which _type leaves out.")];
        return call.Fhir.Service.Search.Parse(type, query).Problems.Select(Search.RecordSearch.Detail);
    }

    /// <summary>The type and the query of a filter.</summary>
    internal static (string Type, string Query) Split(string filter) => filter.IndexOf('?') is >= 0 and var at ? (filter[..at], filter[(at + 1)..]) : (filter, "");

    /// <summary>Commas between queries, not those within one (Bulk Data 2: each is a whole query of its own).</summary>
    [GeneratedRegex(",(?=[A-Z][A-Za-z]+\\?)")]
    private static partial Regex Queries();

    [GeneratedRegex(@"^([A-Z][A-Za-z]*\.)?[a-z_][A-Za-z]*$")]
    private static partial Regex Element();

    [GeneratedRegex(@"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$")]
    private static partial Regex FhirInstant();
}

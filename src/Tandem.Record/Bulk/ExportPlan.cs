using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Tandem.Fhir.Definitions;
using Tandem.Fhir.Search;
using Tandem.Fhir.Views;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;
using Tandem.Record.Operations;
using Tandem.Record.Rest;

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

    /// <summary>Parameters that shape the answer of a search (R4 3.1.1.5); they choose nothing.</summary>
    private static readonly HashSet<string> OfResults = new(StringComparer.Ordinal)
    {
        "_sort", "_count", "_include", "_revinclude", "_summary", "_elements", "_total", "_contained", "_containedType", "_format", "_pretty",
    };

    internal bool IsOfPatients => Of != System;

    /// <summary>True for a type that is exported for itself.</summary>
    internal bool Takes(string type) => Types.Count == 0 || Types.Contains(type);

    /// <summary>Only these elements, as <c>name</c> or <c>Patient.name</c>, and what is mandatory; empty for all.</summary>
    public IReadOnlyList<string> Elements { get; init; } = [];

    /// <summary>Which Provenance goes along when the types leave it out; empty for none.</summary>
    public string Associated { get; init; } = "";

    /// <summary>The address by which it was asked for; references in filters that begin with it are relative.</summary>
    public string? Address { get; init; }

    /// <summary>What was asked for and is not to be had or not known; it is refused but where the client takes the rest (<c>handling=lenient</c>), and then told of with the files.</summary>
    [JsonInclude]
    public IReadOnlyList<RefusalDetail> LeftOut { get; private init; } = [];

    /// <summary>What of a type's resources is wanted; null for the whole.</summary>
    internal ResultShape? ShapeOf(string type)
    {
        List<string> own = [.. Elements.Where(element => !element.Contains('.') || element.StartsWith(type + ".", StringComparison.Ordinal)).Select(element => element[(element.IndexOf('.') + 1)..])];
        return own.Count == 0 ? null : ResultShape.Whole with { Elements = own };
    }

    internal string ToJson() => JsonSerializer.Serialize(this);

    internal static ExportPlan FromJson(string json) => JsonSerializer.Deserialize<ExportPlan>(json)!;

    /// <summary>Reads the parameters of a call (Bulk Data 2, section "Query parameters").</summary>
    internal static Outcome<ExportPlan> Read(OperationRequest call, string of)
    {
        var problems = new List<RefusalDetail>();
        if (WithPlus(call["_outputFormat"]) is { } format && format is not ("application/fhir+ndjson" or "application/ndjson" or "ndjson"))
            problems.Add(new("not-supported", "_outputFormat can be application/fhir+ndjson only."));
        var types = call.Texts("_type");
        problems.AddRange(call.WithoutValue("_type", "_elements", "includeAssociatedData"));
        problems.AddRange(types.Where(type => !R4.IsResourceType(type)).Select(type => new RefusalDetail("value", $"FHIR R4 has no resource type {FhirRequest.Shown(type)}.")));
        DateTimeOffset? since = null;
        if (WithPlus(call["_since"]) is { } text)
        {
            if (FhirInstant().IsMatch(text) && DateTimeOffset.TryParse(text, global::System.Globalization.CultureInfo.InvariantCulture, out var instant))
                since = instant;
            else
                problems.Add(new("value", "_since has to be an instant such as 2026-11-22T08:00:00Z."));
        }

        var filters = call.Arguments.Where(argument => argument.Name == "_typeFilter" && argument.Text is not null).SelectMany(argument => Queries().Split(argument.Text!)).ToList();
        foreach (var filter in filters)
            problems.AddRange(Problems(filter, types, call));
        var patients = PatientsIn(call);
        problems.AddRange(patients.Where(patient => patient is null).Select(_ => new RefusalDetail("value", "patient has to be a reference such as Patient/123, posted within a Parameters resource.")));
        var elements = call.Texts("_elements");
        problems.AddRange(ElementNames.Unknown("", string.Join(',', elements)).Select(element => new RefusalDetail("not-supported", ElementNames.WhyUnknown(element))));
        var associated = call.Texts("includeAssociatedData");
        List<RefusalDetail> missing = [.. Unoffered(call), .. Absent(call), .. OfNoPatient(of, types)];
        if (call.Fhir.IsStrict)
            problems.AddRange(missing);
        return problems.Count > 0
            ? Refusal.Invalid("", [.. problems])
            : new ExportPlan(of, [.. types.Distinct()], since, filters, [.. patients.OfType<string>()])
            {
                Elements = [.. ElementNames.Plain(string.Join(',', elements))],
                Associated = associated.Contains(AssociatedProvenance.Relevant) ? AssociatedProvenance.Relevant : associated.FirstOrDefault(AssociatedProvenance.IsOffered) ?? "",
                Address = call.Fhir.Address,
                LeftOut = [.. call.LeftOut, .. missing],
            };
    }

    /// <summary>An unescaped + of the query arrives as a blank, of which neither a media type nor an instant has one.</summary>
    private static string? WithPlus(OperationArgument argument) => argument.Query?.Replace(' ', '+') ?? argument.Text;

    private static IEnumerable<RefusalDetail> Unoffered(OperationRequest call) => call.Texts("includeAssociatedData").Where(which => !AssociatedProvenance.IsOffered(which)).Select(which =>
        new RefusalDetail("not-supported", $"includeAssociatedData can be {AssociatedProvenance.Relevant} or {AssociatedProvenance.Latest}, not {FhirRequest.Shown(which)}."));

    /// <summary>Of patients only types are asked for of which none can have anything (Bulk Data 2, "_type").</summary>
    private static IEnumerable<RefusalDetail> OfNoPatient(string of, IReadOnlyList<string> types) => of != System && types.Count > 0 && types.All(type => R4.Types.Find(type) is { } known && !PatientOf.MayBe(known))
        ? [new("not-supported", $"Nothing of the type {string.Join(", ", types)} belongs to a patient: ask for it of the whole record, with $export of the system.")]
        : [];

    /// <summary>The patients who are asked for and are not here or, of a group's, no members (Bulk Data 2, "patient").</summary>
    private static IEnumerable<RefusalDetail> Absent(OperationRequest call)
    {
        var asked = PatientsIn(call).OfType<string>().Distinct().ToList();
        if (asked.Count == 0)
            yield break; // nobody has to wait for the groups of a group to be read
        var (store, scope) = (call.Fhir.Service.Store, call.Fhir.Scope);
        var members = call.Id.Length > 0 ? new GroupRoll(store, scope, call.Fhir.Own, call.Fhir.Service.Search.Options.Zone, call.Fhir.Service.Clock.GetUtcNow()).Of(call.Id) : null;
        foreach (var patient in asked)
        {
            if (!store.Read("Patient", patient, scope).Succeeded(out _, out _))
                yield return new("not-found", $"Patient/{FhirRequest.Shown(patient)} is not here.");
            else if (members?.Contains(patient) == false)
                yield return new("not-found", $"Patient/{FhirRequest.Shown(patient)} is no active member of the group.");
        }
    }

    /// <summary>The logical ids of the patients who are asked for; null for what is no reference to a patient of this record, under whichever of its addresses.</summary>
    private static List<string?> PatientsIn(OperationRequest call) =>
        [.. call.Arguments.Where(argument => argument.Name == "patient").Select(argument => PatientReference.IdIn(argument.Value["reference"u8].Text, call.Fhir.Own))];

    private static IEnumerable<RefusalDetail> Problems(string filter, IReadOnlyList<string> types, OperationRequest call)
    {
        var (type, query) = Split(filter);
        if (!R4.IsResourceType(type) || query.Length == 0)
            return [new("value", $"_typeFilter has to be a search such as Observation?status=final, not {FhirRequest.Shown(filter)}.")];
        if (types.Count > 0 && !types.Contains(type))
            return [new("value", $"_typeFilter names {type}, which _type leaves out.")];
        if (QueryPairs.Read(query).Select(pair => pair.Key.Split(':')[0]).FirstOrDefault(OfResults.Contains) is { } result)
            return [new("not-supported", $"_typeFilter chooses resources; {result} shapes the answer of a search and has no place there.")];
        return call.Fhir.Service.Search.Parse(type, query).Problems.Select(problem => Search.RecordSearch.Detail(problem) with { IsWarning = false });
    }

    /// <summary>The type and the query of a filter.</summary>
    internal static (string Type, string Query) Split(string filter) => filter.IndexOf('?') is >= 0 and var at ? (filter[..at], filter[(at + 1)..]) : (filter, "");

    /// <summary>Commas between queries, not those within one (Bulk Data 2: each is a whole query of its own).</summary>
    [GeneratedRegex(",(?=[A-Z][A-Za-z]+\\?)")]
    private static partial Regex Queries();

    [GeneratedRegex(@"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$")]
    private static partial Regex FhirInstant();
}

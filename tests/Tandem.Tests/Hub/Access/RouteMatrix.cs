namespace Tandem.Tests.Hub.Access;

/// <summary>What a route touches.</summary>
internal enum RouteKind
{
    /// <summary>Nothing of a patient: frame, settings, sign-in, health, descriptions.</summary>
    Open,

    /// <summary>Messages as they came, or figures of feeds.</summary>
    Messages,

    /// <summary>Patients' records: read with every role in every case.</summary>
    Record,

    /// <summary>Changes patients' records: tried with every role on those whom the role does not reach.</summary>
    Change,
}

/// <summary>
/// Every route of the hub, and the addresses by which it is tried: <c>{p}</c> is a patient's id, <c>{q}</c> that typed into a search, <c>{t}</c> its loop's. A route that is not here fails the build: whoever
/// adds one says what it touches and how it is tried.
/// </summary>
internal static class RouteMatrix
{
    internal static readonly IReadOnlyDictionary<string, (RouteKind Kind, string[] Addresses)> All = new Dictionary<string, (RouteKind, string[])>(StringComparer.Ordinal)
    {
        // Pages
        ["/"] = (RouteKind.Open, []),
        ["/access/emergencies"] = (RouteKind.Record, ["/access/emergencies"]),
        ["/access/emergencies/{id}/review"] = (RouteKind.Change, []),
        ["/access/patients/{Id}"] = (RouteKind.Record, ["/access/patients/{p}"]),
        ["/access/patients/{Id}/accounts"] = (RouteKind.Record, ["/access/patients/{p}/accounts"]),
        ["/access/patients/{id}/accounts/{account}/end"] = (RouteKind.Change, ["/access/patients/{p}/accounts/{p}/end"]),
        ["/access/patients/{id}/emergency"] = (RouteKind.Change, []), // tried by AccessBehaviour: it opens on purpose
        ["/access/try"] = (RouteKind.Record, ["/access/try?role=physician&organization=Organization/own&patient={p}"]),
        ["/access/try/find"] = (RouteKind.Open, []), // closes what was typed into an address: AddressTests
        ["/api"] = (RouteKind.Open, []),
        ["/audit"] = (RouteKind.Record, ["/audit", "/audit?patient={p}"]),
        ["/audit/export"] = (RouteKind.Record, ["/audit/export?patient={p}"]),
        ["/audit/find"] = (RouteKind.Open, []),
        ["/audit/holds"] = (RouteKind.Change, []),
        ["/audit/holds/end"] = (RouteKind.Change, []),
        ["/audit/retention"] = (RouteKind.Record, ["/audit/retention", "/audit/retention?kind=messages"]),
        ["/audit/retention/find"] = (RouteKind.Open, []),
        ["/audit/retention/rules/set"] = (RouteKind.Change, []),
        ["/audit/retention/rules/{id}/withdraw"] = (RouteKind.Change, []),
        ["/audit/studies"] = (RouteKind.Record, ["/audit/studies"]),
        ["/audit/studies/note"] = (RouteKind.Change, []), // SuspensionTests
        ["/audit/studies/{id}/take-back"] = (RouteKind.Change, []),
        ["/error/{Status:int}"] = (RouteKind.Open, []),
        ["/feeds"] = (RouteKind.Messages, ["/feeds"]),
        ["/feeds/messages/{Id}"] = (RouteKind.Messages, ["/feeds/messages/{m}"]),
        ["/feeds/messages/{id}/raw"] = (RouteKind.Messages, ["/feeds/messages/{m}/raw"]),
        ["/feeds/quarantine"] = (RouteKind.Messages, ["/feeds/quarantine"]),
        ["/feeds/quarantine/{Id}"] = (RouteKind.Messages, ["/feeds/quarantine/{m}"]),
        ["/feeds/quarantine/{id}/replay"] = (RouteKind.Messages, []),
        ["/feeds/quarantine/{id}/edit"] = (RouteKind.Messages, []),
        ["/feeds/quarantine/{id}/dismiss"] = (RouteKind.Messages, []),
        ["/feeds/quarantine/{id}/restore"] = (RouteKind.Messages, []),
        ["/feeds/sources/{Id}"] = (RouteKind.Messages, ["/feeds/sources/unknown"]),
        ["/feeds/sources/{id}/replay"] = (RouteKind.Messages, []),
        ["/feeds/unsettled/{id}/dismiss"] = (RouteKind.Change, []),
        ["/feeds/unsettled/{id}/restore"] = (RouteKind.Change, []),
        ["/feeds/unsettled/retry"] = (RouteKind.Messages, []),
        ["/live"] = (RouteKind.Open, []), // a stream of topics without content; a test of its own holds whom it tells
        ["/live/session"] = (RouteKind.Open, []), // how long one's own session lasts: SessionTests
        ["/live/escalated"] = (RouteKind.Record, ["/live/escalated"]),
        ["/loops/{Id}"] = (RouteKind.Record, ["/loops/{t}"]),
        ["/loops/{id}/attempt"] = (RouteKind.Change, []),
        ["/loops/{id}/claim"] = (RouteKind.Change, []),
        ["/loops/{id}/close"] = (RouteKind.Change, []),
        ["/loops/{id}/hand-over"] = (RouteKind.Change, []),
        ["/loops/{id}/reopen"] = (RouteKind.Change, []),
        ["/loops/{id}/snooze"] = (RouteKind.Change, []),
        ["/loops/{id}/undo"] = (RouteKind.Change, []),
        ["/loops/{id}/withdraw"] = (RouteKind.Change, []),
        ["/my-record"] = (RouteKind.Record, ["/my-record", "/my-record?of={p}"]),
        ["/parts"] = (RouteKind.Open, []),
        ["/parts/find"] = (RouteKind.Open, []),
        ["/parts/next"] = (RouteKind.Open, []),
        ["/patients"] = (RouteKind.Record, ["/patients"]),
        ["/patients/find"] = (RouteKind.Record, []),
        ["/patients/suggest"] = (RouteKind.Record, []),
        ["/patients/{Id}"] = (RouteKind.Record, ["/patients/{p}", "/patients/{p}?loops=all&news=30d"]),
        ["/patients/{Id}/amendments"] = (RouteKind.Record, ["/patients/{p}/amendments"]),
        ["/patients/{id}/amendments/ask"] = (RouteKind.Change, []), // AmendmentTests
        ["/patients/{id}/amendments/{request}/answer"] = (RouteKind.Change, []),
        ["/patients/{id}/amendments/{request}/disagree"] = (RouteKind.Change, []),
        ["/patients/{id}/amendments/{request}/tell"] = (RouteKind.Change, []),
        ["/patients/{Id}/amendments/notices/{List}/{Number:int}"] = (RouteKind.Record, ["/patients/{p}/amendments/notices/x/0"]),
        ["/patients/{id}/amendments/notices/{list}/{number:int}"] = (RouteKind.Change, []),
        ["/patients/{Id}/disclosures"] = (RouteKind.Record, ["/patients/{p}/disclosures", "/patients/{p}/disclosures?years=1"]),
        ["/patients/{id}/disclosures/csv"] = (RouteKind.Record, ["/patients/{p}/disclosures/csv"]),
        ["/patients/{id}/disclosures/fhir"] = (RouteKind.Record, ["/patients/{p}/disclosures/fhir?years=2"]),
        ["/patients/{id}/disclosures/give"] = (RouteKind.Change, []), // DisclosuresTests
        ["/patients/{id}/disclosures/note"] = (RouteKind.Change, []),
        ["/patients/{id}/disclosures/{entry}/take-back"] = (RouteKind.Change, []),
        ["/patients/{id}/disclosures/suspensions/begin"] = (RouteKind.Change, []),
        ["/patients/{id}/disclosures/suspensions/{suspension}/end"] = (RouteKind.Change, []),
        ["/patients/{Id}/seen"] = (RouteKind.Record, ["/patients/{p}/seen"]),
        ["/patients/{Id}/results/{Code}"] = (RouteKind.Record, ["/patients/{p}/results/1-1"]),
        ["/preferences/language"] = (RouteKind.Open, []),
        ["/preferences/letters"] = (RouteKind.Open, []),
        ["/preferences/theme"] = (RouteKind.Open, []),
        ["/set-up/{Token}"] = (RouteKind.Open, []),
        ["/set-up/{token}/use"] = (RouteKind.Open, []),
        ["/provider-logout"] = (RouteKind.Open, []),
        ["/sign-in"] = (RouteKind.Open, []),
        ["/sign-in/{Token}"] = (RouteKind.Open, []),
        ["/sign-in/{token}/use"] = (RouteKind.Open, []),
        ["/sign-out"] = (RouteKind.Open, []),
        ["/{**path:file}"] = (RouteKind.Open, []), // the client's files
        ["/worklist/find"] = (RouteKind.Open, []),
        ["/worklist/escalated/seen"] = (RouteKind.Change, []),
        ["/worklist"] = (RouteKind.Record, ["/worklist?view=escalated", "/worklist?view=all", "/worklist?view=team", "/worklist?view=all&find={q}"]),

        // Health and descriptions
        ["/health"] = (RouteKind.Open, []),
        ["/health/live"] = (RouteKind.Open, []),
        ["/health/ready"] = (RouteKind.Open, []),
        ["/metrics"] = (RouteKind.Open, []),
        ["/openapi/{documentName}.json"] = (RouteKind.Open, []),

        // Apps and systems: what they reach is held by TokenReachBehaviour, ShowOpenLoopsTests and OpenFromEhrTests
        ["/.well-known/oauth-authorization-server"] = (RouteKind.Open, []),
        ["/.well-known/openid-configuration"] = (RouteKind.Open, []),
        ["/.well-known/smart-configuration"] = (RouteKind.Open, []),
        ["/apps"] = (RouteKind.Open, []),
        ["/apps/keys/rotate"] = (RouteKind.Open, []),
        ["/apps/register"] = (RouteKind.Open, []),
        ["/apps/{Id}"] = (RouteKind.Open, []),
        ["/apps/{id}/decide"] = (RouteKind.Open, []),
        ["/apps/{id}/launch"] = (RouteKind.Record, []),
        ["/cds-services"] = (RouteKind.Open, []),
        ["/cds-services/tandem-open-loops"] = (RouteKind.Record, []),
        ["/connected-apps"] = (RouteKind.Open, []),
        ["/connected-apps/{id}/narrow"] = (RouteKind.Open, []),
        ["/connected-apps/{id}/disconnect"] = (RouteKind.Open, []),
        ["/ehr/callback"] = (RouteKind.Record, []),
        ["/ehr/launch"] = (RouteKind.Open, []),
        ["/fhir/.well-known/smart-configuration"] = (RouteKind.Open, []),
        ["/oauth/authorize"] = (RouteKind.Open, []),
        ["/oauth/consent"] = (RouteKind.Record, []),
        ["/oauth/consent/answer"] = (RouteKind.Open, []),
        ["/oauth/consent/find"] = (RouteKind.Record, []),
        ["/oauth/introspect"] = (RouteKind.Open, []),
        ["/oauth/jwks"] = (RouteKind.Open, []),
        ["/oauth/register"] = (RouteKind.Open, []),
        ["/oauth/register/{id}"] = (RouteKind.Open, []),
        ["/oauth/revoke"] = (RouteKind.Open, []),
        ["/oauth/style-1.json"] = (RouteKind.Open, []),
        ["/oauth/token"] = (RouteKind.Open, []),

        // FHIR
        ["/fhir/metadata"] = (RouteKind.Open, []),
        ["/fhir"] = (RouteKind.Change, []), // bundles: the reads and writes in them are those of the other routes
        ["/fhir/"] = (RouteKind.Record, ["/fhir?_type=Patient,Condition,Task&_total=accurate"]),
        ["/fhir/_search"] = (RouteKind.Record, []),
        ["/fhir/_history"] = (RouteKind.Record, ["/fhir/_history?_count=200"]),
        ["/fhir/{type}"] = (RouteKind.Record,
        [
            "/fhir/Patient?_total=accurate", "/fhir/Patient?_id={p}", "/fhir/Condition?patient={p}&_include=*", "/fhir/Observation?patient={p}&_sort=-date",
            "/fhir/Observation?subject:Patient._id={p}", "/fhir/Patient?_has:Condition:patient:code=I10", "/fhir/Organization?_revinclude=Encounter:service-provider", "/fhir/Task?patient={p}&_include=Task:focus",
            "/fhir/Encounter?_revinclude=Condition:encounter&_summary=data", "/fhir/Patient?_id={p}&_summary=count", "/fhir/Provenance?patient={p}",
        ]),
        ["/fhir/{type}/_search"] = (RouteKind.Record, []),
        ["/fhir/{type}/_history"] = (RouteKind.Record, ["/fhir/Patient/_history", "/fhir/Condition/_history"]),
        ["/fhir/{type}/{id}"] = (RouteKind.Record, ["/fhir/Patient/{p}", "/fhir/Condition/plain-{p}", "/fhir/Condition/label-{p}", "/fhir/Task/{t}", "/fhir/Observation/obs-{p}"]),
        ["/fhir/{type}/{id}/_history"] = (RouteKind.Record, ["/fhir/Patient/{p}/_history", "/fhir/Condition/label-{p}/_history"]),
        ["/fhir/{type}/{id}/_history/{version}"] = (RouteKind.Record, ["/fhir/Patient/{p}/_history/1", "/fhir/Condition/label-{p}/_history/1"]),
        ["/fhir/{type}/{id}/{member}"] = (RouteKind.Record, ["/fhir/Patient/{p}/Condition", "/fhir/Patient/{p}/*", "/fhir/Encounter/e-{p}/Condition"]),
        ["/fhir/{type}/{id}/{member}/_search"] = (RouteKind.Record, []),
        ["/fhir/{**path}"] = (RouteKind.Open, []),
        ["/fhir/bulk-jobs/{job}"] = (RouteKind.Record, []), // ReachBehaviour: an export holds what its owner reaches
        ["/fhir/bulk-jobs/{job}/{file}"] = (RouteKind.Record, []),
        ["/fhir/Subscription/{id}/$stream"] = (RouteKind.Record, []), // SubscriptionScopeTests
        ["/fhir/subscriptions/ws"] = (RouteKind.Record, []),
        ["/fhir/Patient/{id}/$everything"] = (RouteKind.Record, ["/fhir/Patient/{p}/$everything"]),
    };

    /// <summary>Sections that hold people, organisations and sign-in, and no patient: their own tests hold who may do what there; every page is read with every role here too.</summary>
    private static readonly string[] WithoutPatients = ["/account", "/absences", "/organizations", "/people", "/scim/v2", "/sign-in", "/teams"];

    /// <summary>Pages of those sections.</summary>
    internal static readonly string[] PagesWithoutPatients = ["/account", "/organizations", "/people", "/teams", "/apps", "/connected-apps"];

    /// <summary>True for a route that the matrix knows.</summary>
    internal static bool Knows(string pattern) => All.ContainsKey(pattern) || IsOperation(pattern)
        || WithoutPatients.Any(section => pattern == section || pattern.StartsWith(section + "/", StringComparison.Ordinal));

    /// <summary>Operations are tried by their kinds: those of a resource on the patient, the others with the patient in the query.</summary>
    internal static bool IsOperation(string pattern) => pattern.StartsWith("/fhir", StringComparison.Ordinal) && pattern.Contains('$', StringComparison.Ordinal);

    /// <summary>Addresses by which operations are tried.</summary>
    internal static readonly string[] Operations =
    [
        "/fhir/Patient/{p}/$everything", "/fhir/Encounter/e-{p}/$everything", "/fhir/Observation/$lastn?patient=Patient/{p}&category=laboratory", "/fhir/Patient/{p}/$meta",
        "/fhir/Observation/$stats?subject=Patient/{p}&code=http://loinc.org|1-1&statistic=count&duration=1000000", "/fhir/Condition/label-{p}/$validate", "/fhir/Subscription/$status",
    ];
}

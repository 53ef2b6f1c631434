using System.Text;
using Tandem.Fhir.Search;
using Tandem.Fhir.Views;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Kernel.Pages;
using Tandem.Record.Access;
using Tandem.Record.Log;
using Tandem.Record.Projections;
using Tandem.Record.Search;
using Tandem.Tests.Support;
using Tandem.Trust.Access;
using Tandem.Trust.Organizations;
using Tandem.Trust.People;
using Tandem.Trust.SignIn;
using Tandem.Trust.Smart;
using Tandem.Trust.Teams;

namespace Tandem.Tests.Trust.Access;

/// <summary>A record with the shipped policies and rules: two hospitals of a region that compete, and the clinic of one.</summary>
internal sealed class AccessFixture : IDisposable
{
    internal const string Region = "Organization/region";
    internal const string North = "Organization/north";
    internal const string NorthClinic = "Organization/north-clinic";
    internal const string South = "Organization/south";

    /// <summary>What makes a consent one of 42 CFR Part 2.</summary>
    internal const string Part2 = ""","policyRule":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/consentpolicycodes","code":"42cfrpart2"}]}""";

    /// <summary>The record's own address, with a slash.</summary>
    internal const string Here = "https://hub.example.org/fhir/";

    /// <summary>No search here finds more.</summary>
    private const int Most = 1_000;
    private static readonly OwnAddresses Own = new(Here);
    private readonly RecordFixture fixture;
    private readonly RecordSearch search;

    /// <param name="engine">Which database.</param>
    /// <param name="around">What is put around each projection, or null.</param>
    internal AccessFixture(Engine engine, Func<IProjection, IProjection>? around = null)
    {
        IProjection[] projections =
        [
            new OrganizationProjection(Own), new RelationProjection(Own), new RepresentativeProjection(), new LabelProjection(LabelRules.Read(Content), Own), new ConsentProjection(Own),
            new GroupMembers(Own), new Strangers(Own), new SearchProjection(SearchIndexOptions.Default),
        ];
        fixture = new RecordFixture(
            engine,
            around is null ? projections : [.. projections.Select(around)],
            [.. SignInTables.All, .. PeopleTables.All, .. TeamTables.All, .. SmartTables.All, EmergencyAccess.Table],
            Own,
            new PolicyRules(), new ConsentRules());
        search = new RecordSearch(fixture.Database, SearchIndexOptions.Default, fixture.Clock);
        Scopes = new AccessScopes(Store, new PoliciesInForce(Store), Site, fixture.Clock);
    }

    internal static string Content { get; } = Path.Combine(Repository.Root, "content");

    internal RecordStore Store => fixture.Store;

    internal SiteSettings Site { get; } = new();

    internal ManualClock Clock => fixture.Clock;

    internal AccessScopes Scopes { get; }

    internal async Task<AccessFixture> StartAsync()
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Content, "policies"), "*.json"))
            await PutAsync(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        foreach (var (reference, above) in new[] { (Region, ""), (North, Region), (NorthClinic, North), (South, Region) })
        {
            var part = above.Length == 0 ? "" : $$""","partOf":{"reference":"{{above}}"}""";
            await PutAsync($$"""{"resourceType":"Organization","id":"{{reference.Split('/')[1]}}","name":"{{reference}}"{{part}}}""");
        }

        return this;
    }

    /// <summary>Keeps a resource under the id it bears.</summary>
    internal Task<ResourceVersion> PutAsync(string json)
    {
        var root = RecordFixture.Json(json);
        return fixture.PutAsync(root["resourceType"u8].Text!, root["id"u8].Text!, json);
    }

    /// <summary>Somebody keeps a resource under the id it bears.</summary>
    internal async Task<Outcome<ResourceVersion>> PutAsync(AccessScope scope, string json)
    {
        var root = RecordFixture.Json(json);
        return await Store.WriteAsync<ResourceVersion>(scope, session => session.Put(root["resourceType"u8].Text!, root["id"u8].Text!, root), TestContext.Current.CancellationToken);
    }

    /// <summary>Keeps resources under the ids they bear, in one transaction.</summary>
    internal async Task PutAllAsync(IReadOnlyList<string> resources) => Assert.Null((await Store.WriteAsync<bool>(
        AccessScope.System,
        session =>
        {
            foreach (var root in resources.Select(RecordFixture.Json))
                session.Put(root["resourceType"u8].Text!, root["id"u8].Text!, root);
            return true;
        },
        TestContext.Current.CancellationToken)).Refusal);

    /// <summary>A patient who is treated at an organisation, with a plain condition.</summary>
    internal async Task PatientAsync(string id, string organization, string end = "", string born = "1950-01-01")
    {
        foreach (var resource in Patient(id, organization, end, born))
            await PutAsync(resource);
    }

    internal static IEnumerable<string> Patient(string id, string organization, string end = "", string born = "1950-01-01", string identifier = "")
    {
        yield return $$"""{"resourceType":"Patient","id":"{{id}}",{{identifier}}"birthDate":"{{born}}"}""";
        var period = end.Length == 0 ? """{"start":"2026-01-01"}""" : $$"""{"start":"2024-01-01","end":"{{end}}"}""";
        yield return $$"""{"resourceType":"Encounter","id":"e-{{id}}","status":"finished","class":{"code":"IMP"},"subject":{"reference":"Patient/{{id}}"},"period":{{period}},"serviceProvider":{"reference":"{{organization}}"} }""";
        yield return Condition($"plain-{id}", id, "I50.9");
    }

    internal Task<ResourceVersion> ConditionAsync(string id, string patient, string code, string more = "") => PutAsync(Condition(id, patient, code, more));

    private static string Condition(string id, string patient, string code, string more = "") =>
        $$$"""{"resourceType":"Condition","id":"{{{id}}}","code":{"coding":[{"system":"http://hl7.org/fhir/sid/icd-10-cm","code":"{{{code}}}"}]},"subject":{"reference":"Patient/{{{patient}}}"}{{{more}}}}""";

    /// <summary>A counselling note.</summary>
    internal Task<ResourceVersion> NoteAsync(string id, string patient) => PutAsync(
        $$$"""{"resourceType":"DocumentReference","id":"{{{id}}}","status":"current","type":{"coding":[{"system":"http://loinc.org","code":"34126-3"}]},"subject":{"reference":"Patient/{{{patient}}}"},"content":[{"attachment":{"title":"x"}}]}""");

    internal Task<ResourceVersion> ConsentAsync(string id, string patient, string provision, string kind = "", string status = "active") => PutAsync(Consent(id, patient, provision, kind, status));

    internal static string Consent(string id, string patient, string provision, string kind = "", string status = "active") =>
        $$"""{"resourceType":"Consent","id":"{{id}}","status":"{{status}}","patient":{"reference":"Patient/{{patient}}"},"dateTime":"2026-01-01"{{kind}},"provision":{{provision}} }""";

    internal AccessScope As(string role, string? organization, string reference = "Practitioner/ana", params string[] teams) =>
        Scopes.Of(new Member(reference, "Ana", role, organization, teams, Roles.PurposeOf(role)));

    internal bool Sees(AccessScope scope, string reference) => reference.Split('/') is [var type, var id] && Store.Read(type, id, scope).Succeeded(out _, out _);

    /// <summary>What a scope is shown of a resource, as text; empty when it is not shown.</summary>
    internal string Read(AccessScope scope, string reference) =>
        reference.Split('/') is [var type, var id] && Store.Read(type, id, scope).Succeeded(out var version, out _) ? Encoding.UTF8.GetString(version.Bytes.Span) : "";

    /// <summary>The ids that a search finds, in alphabetical order.</summary>
    internal string Finds(AccessScope scope, string type, string query = "") => string.Join(",", Found(scope, type, query).Order(StringComparer.Ordinal));

    /// <summary>The ids that a search finds.</summary>
    internal IReadOnlyList<string> Found(AccessScope scope, string type, string query) => search.Find(type, query, scope, Most).Succeeded(out var found, out var refusal)
        ? [.. found.Select(version => version.Id)]
        : [refusal.ToString()!];

    /// <summary>All that a search shows, what goes along too, as text; empty when it is refused.</summary>
    internal string Told(AccessScope scope, string type, string query, string includes = "")
    {
        if (!search.Find(type, query, scope, Most).Succeeded(out var found, out _))
            return "";
        var along = fixture.Database.Snapshot(session => new Includes(session, SearchQuery.Parse(type, $"{query}&{includes}"), SearchIndexOptions.Default, fixture.Store.Entries, scope).Of(found).ToList());
        return string.Concat(found.Concat(along).Select(version => Encoding.UTF8.GetString(version.Bytes.Span)));
    }

    /// <summary>How many a search counts.</summary>
    internal long Counts(AccessScope scope, string type, string query) => search.Count(type, query, scope).Succeeded(out var count, out var refusal)
        ? count
        : throw new InvalidOperationException(refusal.Text);

    /// <summary>The ids that a search sends along with what it finds.</summary>
    internal IReadOnlyList<string> Along(AccessScope scope, string search, string includes)
    {
        var (type, query) = (search.Split('?')[0], search.Split('?')[1]);
        return this.search.Find(type, query, scope, Most).Succeeded(out var found, out var refusal)
            ? fixture.Database.Snapshot(session => new Includes(session, SearchQuery.Parse(type, $"{query}&{includes}"), SearchIndexOptions.Default, fixture.Store.Entries, scope).Of(found).Select(version => version.Id).ToList())
            : [refusal.ToString()!];
    }

    public void Dispose() => fixture.Dispose();
}

using Tandem.Fhir.Search;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Log;
using Tandem.Record.Search;
using Tandem.Record.Validation;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Search;

/// <summary>
/// A search looks at as little whatever PostgreSQL believes of the tables: nothing, that one or all are empty or huge, or what was true when there was less. The server would
/// lead with what it believes empty, and walk it whole.
/// </summary>
public sealed class SearchPlanTests
{
    private const int Patients = 600;
    private const int Page = 20;
    private const int MostPerResult = 50;

    private const string Ours = "relkind = 'r' AND relnamespace = 'public'::regnamespace";
    private const string Forget = $"DELETE FROM pg_statistic WHERE starelid IN (SELECT oid FROM pg_class WHERE {Ours}); UPDATE pg_class SET reltuples = -1, relpages = 0 WHERE {Ours}";

    private static readonly string[] Tables = ["search_resources", "search_timeline", "search_references", "search_tokens", "search_strings", "search_dates", "resources", "log"];

    /// <summary>What is believed, and how the server comes to it.</summary>
    private static readonly (string Belief, string Script)[] Beliefs =
    [
        ("nothing is known", Forget),
        ("all are empty", $"ANALYZE; UPDATE pg_class SET reltuples = 0, relpages = 1 WHERE {Ours}"),
        ("all are huge", $"UPDATE pg_class SET reltuples = 100000000, relpages = 1 WHERE {Ours}"),
        .. Tables.Select(table => ($"only {table} is known", $"{Forget}; ANALYZE {table}")),
        .. Tables.Select(table => ($"only {table} is empty", $"ANALYZE; UPDATE pg_class SET reltuples = 0, relpages = 1 WHERE relname = '{table}'")),
        ("little of each is known", "SET default_statistics_target = 1; ANALYZE"),
        ("all is known", "VACUUM ANALYZE"),
    ];

    private static readonly string[] Queries =
    [
        "Patient", "Patient?_id=p77", "Patient?identifier=urn:mrn|77", "Patient?name=musterb", "Patient?family=musterba&gender=male", "Patient?birthdate=1950", "Patient?_sort=-_lastUpdated",
        "Patient?family=musterba&_sort=birthdate", "Patient?_list=l70", "Patient?_list=l70&gender=female",
        "Patient?general-practitioner=Practitioner/d7", "Patient?general-practitioner.name=doctor7", "Patient?general-practitioner.identifier=urn:npi|7&gender=male", "Patient?organization.name=house7",
        "Patient?_has:Observation:patient:code=c1", "Patient?_id=p77&_has:Observation:patient:code=c1", "Patient?family=musterba&_has:Observation:patient:code=c1",
        "Patient?family=musterba&_has:Observation:patient:code=http://loinc.org|c1", "Patient?_has:Encounter:patient:service-provider=Organization/h7", "Patient?_has:Encounter:patient:service-provider.name=house7",
        "Patient?family=musterba&_has:Encounter:patient:class=AMB",
        "Practitioner?_has:Patient:general-practitioner:identifier=urn:mrn|77", "Practitioner?_has:Patient:general-practitioner:_has:Observation:patient:_id=o77-1", "Organization?_has:Patient:organization:identifier=urn:mrn|77",
        "Organization?partof=Organization/h1", "Organization?partof:below=Organization/h7", "Organization?partof:above=Organization/h40", "Organization?partof.partof.name=house1",
        "Observation?patient=p77", "Observation?subject=Patient/p77&_sort=-date", "Observation?patient=p77&code=http://loinc.org|c1&date=ge2010", "Observation?patient=p77&code=c1,c2&_sort=-date",
        "Observation?code=http://loinc.org|c1", "Observation?code=c1&_sort=-date", "Observation?status=final&code=c1", "Observation?date=2023-05", "Observation?encounter=Encounter/e77-1",
        "Observation?encounter.class=AMB&patient=p77", "Observation?encounter.service-provider=Organization/h7", "Observation?patient.name=musterba",
        "Observation?patient.identifier=urn:mrn|77", "Observation?patient.identifier=urn:mrn|77&code=c1", "Observation?patient.identifier=urn:mrn|77&code=http://loinc.org|c1", "Observation?patient.identifier=urn:mrn|77&_sort=-date",
        "Observation?subject:Patient.family=musterba&code=http://loinc.org|c2", "Observation?patient.gender=female&code=c1", "Observation?patient.general-practitioner.identifier=urn:npi|7&code=c1",
        "Observation?patient.general-practitioner.name=doctor7", "Observation?performer:Practitioner.identifier=urn:npi|7", "Observation?performer:Practitioner.name=doctor7&code=c1",
        "Observation?patient._has:Encounter:patient:service-provider=Organization/h7", "Observation?code-value-quantity=c1$gt190", "Observation?patient=p77&code-value-quantity=c1$ge0", "Observation?value-quantity=gt198",
        "CarePlan?patient=p77&status=active", "CarePlan?status=active", "CarePlan?patient.family=musterba&status=active", "Encounter?patient=p77&_sort=-date", "Encounter?participant:Practitioner.name=doctor7",
        "List?item=Patient/p77", "List?item:Patient.identifier=urn:mrn|77",
        "Observation?patient=p77&_include=Observation:encounter&_include=Observation:patient", "Patient?_id=p77&_revinclude=Observation:patient", "Encounter?patient=p77&_revinclude=Observation:encounter&_include=Encounter:participant",
        "Patient?_id=p77&_revinclude=*:*", "Patient?_list=l70&_include=Patient:general-practitioner", "Practitioner?_id=d7&_revinclude=Patient:general-practitioner",
    ];

    /// <summary>Asked within the reach <see cref="OfHouse"/>.</summary>
    private static readonly string[] Reached =
    [
        "Patient?_id=p7", "Patient?identifier=urn:mrn|7", "Patient?general-practitioner=Practitioner/d7", "Patient?_id=p7&_has:Observation:patient:code=c1", "Observation?patient=p7",
        "Observation?patient=p7&code=c1&_sort=-date", "Observation?patient.identifier=urn:mrn|7&code=c1", "Observation?patient.general-practitioner.identifier=urn:npi|7&code=c1",
        "Patient?organization.name=house7", "Encounter?service-provider=Organization/h7", "CarePlan?patient=p7&status=active",
    ];

    /// <summary>The patients of one house, without what is labelled and what consent refuses.</summary>
    private static readonly Reach OfHouse = AccessScope.System.Narrow(new AccessLayer(
        "role",
        [
            new Grant(Interactions.All, ["Practitioner", "Organization"], Whose.Anyone),
            new Grant(Interactions.All, [], Whose.Related(TimeSpan.Zero)) { Withheld = ["ETH", "HIV"], AsksConsent = true },
        ])
    {
        Parties = ["Organization/h7"], Recipients = ["Organization/h7"], At = DateTimeOffset.UnixEpoch.AddYears(50),
    }).Reach;

    private readonly List<string> costly = [];

    public SearchPlanTests() => Assert.SkipWhen(PostgresServer.Missing is not null, PostgresServer.Missing ?? "");

    [Fact]
    public async Task A_search_looks_at_no_more_whatever_the_server_believes_of_the_tables()
    {
        using var record = new PlannedRecord();
        await record.FillAsync(Patients);
        foreach (var (belief, script) in Beliefs)
        {
            record.Script(script);
            Measure(record, belief);
        }

        Assert.True(costly.Count == 0, string.Join("\n", costly));
    }

    [Theory]
    [InlineData(Patients / 100)]
    [InlineData(Patients / 10)]
    public async Task A_search_looks_at_no_more_when_what_is_known_is_of_when_there_was_less(int patients)
    {
        using var record = new PlannedRecord();
        await record.FillAsync(patients);
        record.Script("ANALYZE");
        await record.FillAsync(Patients);
        Measure(record, $"what {patients} patients showed");

        Assert.True(costly.Count == 0, string.Join("\n", costly));
    }

    [Fact]
    public async Task A_plan_that_was_made_when_nothing_was_there_serves_when_there_is_much()
    {
        using var record = new PlannedRecord();
        await record.FillAsync(0);
        using var early = record.Database.OpenWriter();
        foreach (var (name, value) in record.Database.SnapshotAsWritten(session => session.Query("SELECT name, setting FROM pg_settings WHERE source = 'session'", row => (row.Text(0), row.Text(1)))))
            early.ExecuteScript($"SET {name} = '{value}'");
        var kept = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var query in Queries)
            Run(new MeasuredSession(early, Engine.Postgres, null, kept), query, Reach.Everyone);
        await record.FillAsync(Patients);
        foreach (var query in Queries)
            Note("kept", query, Run(new MeasuredSession(early, Engine.Postgres, null, kept), query, Reach.Everyone));

        Assert.True(costly.Count == 0, string.Join("\n", costly));
    }

    private void Measure(PlannedRecord record, string belief)
    {
        foreach (var query in Queries)
        {
            Note(belief, query, record.Database.SnapshotAsWritten(session => Run(new MeasuredSession(session, Engine.Postgres, null), query, Reach.Everyone)));
            if (belief is "all are empty" or "all is known")
                Note(belief + ", asked for places", query, record.Database.SnapshotAsWritten(session => Run(new MeasuredSession(session, Engine.Postgres, null), query, Reach.Everyone, Kept.Nearly(record.Database))));
        }

        foreach (var query in Reached)
            Note(belief + ", within a reach", query, record.Database.SnapshotAsWritten(session => Run(new MeasuredSession(session, Engine.Postgres, null), query, OfHouse)));
    }

    private void Note(string belief, string query, (long Visited, int Found) measured)
    {
        if (measured.Found == 0)
            costly.Add($"{query}, {belief}: finds nothing");
        if (measured.Visited > MostPerResult * (measured.Found + 1))
            costly.Add($"{query}, {belief}: {measured.Visited} rows for {measured.Found}");
    }

    private static (long Visited, int Found) Run(MeasuredSession session, string text, Reach reach, KeptEntries? entries = null)
    {
        var (type, query) = text.IndexOf('?', StringComparison.Ordinal) is var at and > 0 ? (text[..at], text[(at + 1)..]) : (text, "");
        var context = new SearchContext(
            session, Engine.Postgres, new SqlArguments(), TimeZoneInfo.Utc, DateTimeOffset.UnixEpoch, [], new(() => []), new SearchTerminology(session, PackagedDefinitions.None)) { Reach = reach };
        var parsed = SearchQuery.Parse(type, query);
        var hits = SearchStatement.Of(parsed, reach, SearchIndexOptions.Default, () => context, entries: entries).Value.Page(session, PagePlace.First(long.MaxValue), Page).Value.Found;
        var along = new Includes(session, parsed, SearchIndexOptions.Default, entries, AccessScope.System).Of(hits);
        return (session.Visited, hits.Count + along.Count);
    }
}

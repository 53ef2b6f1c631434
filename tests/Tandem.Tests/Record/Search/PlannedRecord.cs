using System.Globalization;
using Tandem.Fhir.Search;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Access;
using Tandem.Record.Log;
using Tandem.Record.Search;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Search;

/// <summary>A record on PostgreSQL with something for each form of search to find: patients with visits, results and plans, their practitioners, places in a hierarchy and lists.</summary>
internal sealed class PlannedRecord : IDisposable
{
    internal const int Practitioners = 50;

    private readonly Random random = new(7);
    private int patients;
    private bool isBegun;

    internal RecordFixture Fixture { get; } = new(
        Engine.Postgres,
        [new SearchProjection(SearchIndexOptions.Default)],
        [AccessTables.Relations, AccessTables.Labels, AccessTables.Members, AccessTables.Strangers, AccessTables.Consents]);

    internal Database Database => Fixture.Database;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Fixture.Dispose();

    /// <summary>Writes until there are so many patients. Autovacuum is off, so that the server knows of the tables what the test tells it.</summary>
    internal async Task FillAsync(int until)
    {
        if (!isBegun)
        {
            isBegun = true;
            Script("DO $$ DECLARE t text; BEGIN FOR t IN SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace LOOP EXECUTE format('ALTER TABLE %I SET (autovacuum_enabled = off)', t); END LOOP; END $$");
            await WriteAsync(session => Enumerable.Range(0, Practitioners).ToList().ForEach(number => PutCommon(session, number)));
        }

        while (patients < until)
        {
            var (from, to) = (patients, Math.Min(patients + 100, until));
            await WriteAsync(session => Enumerable.Range(from, to - from).ToList().ForEach(number => PutPatient(session, number)));
            patients = to;
        }
    }

    internal void Script(string sql)
    {
        using var session = Database.OpenWriter();
        session.ExecuteScript(sql);
    }

    private async Task WriteAsync(Action<WriteSession> write) => await Fixture.Store.WriteAsync<int>(
        AccessScope.System,
        session =>
        {
            write(session);
            return 0;
        },
        Cancel);

    private static void PutCommon(WriteSession session, int number)
    {
        Put(session, "Practitioner", $"d{number}", $$"""
            "identifier":[{"system":"urn:npi","value":"{{number}}"}],"name":[{"family":"Doctor{{number}}"}],"gender":"{{(number % 2 == 0 ? "female" : "male")}}"
            """);
        Put(session, "Organization", $"h{number}", $$"""
            "name":"House{{number}}","identifier":[{"system":"urn:org","value":"{{number}}"}]{{(number > 0 ? $$""","partOf":{"reference":"Organization/h{{(number - 1) / 2}}"}""" : "")}}
            """);
    }

    private void PutPatient(WriteSession session, int number)
    {
        var subject = $$""" "subject":{"reference":"Patient/p{{number}}"}""";
        Put(session, "Patient", $"p{number}", $$"""
            "identifier":[{"system":"urn:mrn","value":"{{number}}"}],"gender":"{{(number % 2 == 0 ? "female" : "male")}}","birthDate":"{{1930 + (number % 90)}}-0{{1 + (number % 9)}}-11",
            "name":[{"family":"Muster{{Word(number % 40)}}","given":["Test{{number % 37}}"]}],"generalPractitioner":[{"reference":"Practitioner/d{{number % Practitioners}}"}],"managingOrganization":{"reference":"Organization/h{{number % Practitioners}}"}
            """);
        for (var of = 0; of < 2; of++)
        {
            Put(session, "Encounter", $"e{number}-{of}", $$"""
                "status":"finished","class":{"code":"AMB"},{{subject}},"serviceProvider":{"reference":"Organization/h{{number % Practitioners}}"},"period":{"start":"{{Day()}}T08:00:00Z"},"participant":[{"individual":{"reference":"Practitioner/d{{(number + of) % Practitioners}}"} }]
                """);
        }

        for (var of = 0; of < 8; of++)
        {
            Put(session, "Observation", $"o{number}-{of}", $$"""
                "status":"final","code":{"coding":[{"system":"http://loinc.org","code":"c{{of % 5}}"}]},{{subject}},"encounter":{"reference":"Encounter/e{{number}}-{{of % 2}}"},"performer":[{"reference":"Practitioner/d{{(number + of) % Practitioners}}"}],
                "effectiveDateTime":"{{Day()}}T08:00:00Z","valueQuantity":{"value":{{random.Next(200)}},"unit":"mmHg","system":"http://unitsofmeasure.org","code":"mm[Hg]"}
                """);
        }

        Put(session, "CarePlan", $"c{number}", $$""" "status":"{{(number % 3 == 0 ? "completed" : "active")}}","intent":"plan",{{subject}}""");
        if (number % 10 == 0)
            Put(session, "List", $"l{number}", $$""" "status":"current","mode":"working","entry":[{{string.Join(",", Enumerable.Range(number, 10).Select(item => $$"""{"item":{"reference":"Patient/p{{item}}"} }"""))}}]""");
        session.Write(AccessTables.Relations, [$"p{number}", $"Organization/h{number % Practitioners}", 1, "encounter", AccessTables.NoEnd, AccessTables.NoDayEnd]);
        if (number % 20 == 0)
            session.Write(AccessTables.Labels, [number, "ETH", StableHash.Of("Observation"), StableHash.Of($"o{number}-0"), "", "test"]);
    }

    private string Day() => string.Create(CultureInfo.InvariantCulture, $"20{10 + random.Next(16)}-0{1 + random.Next(9)}-1{random.Next(10)}");

    private static string Word(int number) => $"{(char)('a' + (number % 20))}{(char)('a' + (number / 20))}";

    private static void Put(WriteSession session, string type, string id, string members) =>
        session.Put(type, id, RecordFixture.Json($$"""{"resourceType":"{{type}}","id":"{{id}}",{{members}}}"""));
}

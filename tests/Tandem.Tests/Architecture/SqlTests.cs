using Microsoft.Extensions.DependencyInjection;
using Tandem.Care.Intake;
using Tandem.Hub.Hosting;
using Tandem.Kernel.Data;
using Tandem.Record.Log;
using Tandem.Record.Projections;
using Tandem.Record.Search.FullText;
using Tandem.Tests.Support;
using Tandem.Trust.Audit;

namespace Tandem.Tests.Architecture;

/// <summary>
/// Every statement in the product's compiled code is prepared on both engines against the real tables: constants, fixed fields and texts within methods. What begins a statement that is put together
/// while the hub runs is known by name; the suites of its module run it on both engines.
/// </summary>
public sealed class SqlTests
{
    /// <summary>Where statements are put together.</summary>
    private static readonly string[] Composed =
    [
        "AnyToken.Codes", "AskedTogether.Compose", "BulkSql.InsertOne", "BulkSql.InsertUnnest", "BulkSql.DeleteOne", "BulkSql.DeleteUnnest", "ChainCondition.Targets", "ChainCondition.Within", "CompartmentClause.Condition",
        "CompartmentMembers.Page", "CompartmentTargets.Current", "CompartmentTargets.Named", "Condition.Resources", "ContainedCondition.ByList", "ContainedFindings.Next", "ContainedFindings.Of", "ContainedFindings.PlacesIn", "ContainedHasCondition.Of", "ContainedStatement.Count", "ContainedStatement.Read", "ContainedStatement.Walked",
        "Drive.Together", "Drive.get_Rows", "FindAssets.TablesOf", "FindTimeline..cctor", "FullTextCondition.Of", "FullTextTables.Find", "HasCondition.Of",
        "HierarchyCondition.Of", "HierarchyCondition.Tree", "HistoryReading.Count", "HistoryReading.Page", "HistoryReading.Reached", "Includes..ctor", "ListCondition.Of", "ListedVersions.OfNamed", "ListedVersions.Places", "ReachCondition.OfReachedMembers", "ReachCondition.OnNumber",
        "ReachedRows.At", "ReachedVersions.Holds", "RetentionPreview.Due", "SearchPlan.Arms", "SearchPlan.Estimate", "SiteParameterRows.RemoveSome", "SortInMemory.Read", "SortedContainedStatement.Count", "SortedContainedStatement.Keyed", "SortedContainedStatement.Page", "SortedContainedStatement.get_Best", "UriCondition.Words", "WalkText.Along", "WalkText.Count",
        "WalkText.Gathered", "WalkText.Numbers", "WalkText.Page",
    ];

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task Every_constant_is_understood(Engine engine)
    {
        Assert.SkipWhen(engine == Engine.Postgres && PostgresServer.Missing is not null, PostgresServer.Missing ?? "");
        var folder = Directory.CreateTempSubdirectory("tandem-sql-").FullName;
        var settings = new Dictionary<string, string?> { ["Hub:Data"] = folder, ["Hub:Content"] = Path.Combine(Repository.Root, "content"), ["Hub:Urls"] = "http://127.0.0.1:0", ["Hub:Mllp"] = "" };
        if (engine == Engine.Postgres)
            settings["Hub:Postgres"] = PostgresServer.NewDatabase();
        Assert.True(HubHost.TryBuild(settings, out var hub));
        await using (hub)
        {
            var database = hub.Services.GetRequiredService<RecordStore>().Database;
            using (var session = database.OpenWriter())
                session.ExecuteScript(string.Concat(Apart.Select(table => table.Definition(engine)))); // on SQLite they live in files of their own
            using (var session = database.OpenWriter())
                FullTextTables.Ensure(session, engine); // made where words are read
            var statements = SqlText.All().Where(text => text.IsFor(engine)).ToList();
            Assert.True(statements.Count > 200, "no SQL was found");
            var refused = Refused(database, statements.Select(text => (text.Where, text.Sql)));
            AssertNone(refused.Where(text => !Composed.Contains(text.Where)).Select(text => $"{text.Where}: {text.Why}"));
            AssertNone(Composed.Except(SqlText.All().Select(text => text.Where)).Select(where => $"{where} composes no statement any more"));

            var tables = hub.Services.GetServices<IProjection>().SelectMany(projection => projection.Tables).Concat(hub.Services.GetServices<Table>()).Concat(Apart);
            Assert.Empty(Refused(database, tables.SelectMany(table => new[] { ($"{table.Name} insert", table.InsertSql(engine)), ($"{table.Name} delete", table.DeleteSql(engine)) })));
            Assert.NotEmpty(Refused(database, [("deliberately wrong", "SELECT nothing FROM nowhere")]));
        }

        Directory.Delete(folder, recursive: true);
    }

    private static void AssertNone(IEnumerable<string> offenders) => Assert.True(!offenders.Any(), string.Join('\n', offenders));

    private static IEnumerable<Table> Apart => [Spool.Messages, .. AuditTables.All];

    private static List<(string Where, string Why)> Refused(Database database, IEnumerable<(string Where, string Sql)> constants)
    {
        var refused = new List<(string Where, string Why)>();
        foreach (var (where, sql) in constants)
        {
            try
            {
                using var session = database.OpenWriter();
                session.Prepare(sql);
            }
            catch (Exception e) when (e is DatabaseException or System.Data.Common.DbException)
            {
                refused.Add((where, e.Message));
            }
        }

        return refused;
    }
}

using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Tandem.Care.Intake;
using Tandem.Hub.Hosting;
using Tandem.Kernel.Data;
using Tandem.Record.Log;
using Tandem.Record.Projections;
using Tandem.Tests.Support;
using Tandem.Trust.Audit;

namespace Tandem.Tests.Architecture;

/// <summary>Every SQL constant of the product is prepared on both engines against the real tables.</summary>
public sealed partial class SqlTests
{
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
            var constants = Constants().ToList();
            Assert.True(constants.Count > 10, "no SQL constants were found");
            Assert.Empty(Refused(database, constants));

            var tables = hub.Services.GetServices<IProjection>().SelectMany(projection => projection.Tables).Concat(hub.Services.GetServices<Table>()).Concat(Apart);
            Assert.Empty(Refused(database, tables.SelectMany(table => new[] { ($"{table.Name} insert", table.InsertSql(engine)), ($"{table.Name} delete", table.DeleteSql(engine)) })));
            Assert.NotEmpty(Refused(database, [("deliberately wrong", "SELECT nothing FROM nowhere")]));
        }

        Directory.Delete(folder, recursive: true);
    }

    private static IEnumerable<Table> Apart => [Spool.Messages, .. AuditTables.All];

    private static List<string> Refused(Database database, IEnumerable<(string Where, string Sql)> constants)
    {
        var refused = new List<string>();
        foreach (var (where, sql) in constants)
        {
            try
            {
                using var session = database.OpenWriter();
                session.Prepare(sql);
            }
            catch (Exception e) when (e is DatabaseException or System.Data.Common.DbException)
            {
                refused.Add($"{where}: {e.Message}");
            }
        }

        return refused;
    }

    private static IEnumerable<(string Where, string Sql)> Constants() =>
        from name in new[] { "Tandem.Kernel", "Tandem.Record", "Tandem.Trust", "Tandem.Care", "Tandem.Hub" }
        from type in Assembly.Load(name).GetTypes()
        from field in type.GetFields(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly)
        where field is { IsLiteral: true } && field.FieldType == typeof(string)
        let text = (string)field.GetRawConstantValue()!
        where Statement().IsMatch(text)
        select ($"{type.Name}.{field.Name}", text);

    [GeneratedRegex(@"^\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH)\s", RegexOptions.None)]
    private static partial Regex Statement();
}

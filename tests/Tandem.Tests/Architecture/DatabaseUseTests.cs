using System.Reflection;
using Tandem.Kernel.Data;
using Tandem.Record.Log;

namespace Tandem.Tests.Architecture;

/// <summary>
/// Who goes to the database beneath the record, read from the compiled code. Its rows know nothing of who may see them: a module that reads them puts the reach of its caller into each query
/// (decision 14), and whoever adds one to the list has seen to that. Hardly anybody writes past the record.
/// </summary>
public sealed class DatabaseUseTests
{
    private static readonly string[] Houses = ["Tandem.Record", "Tandem.Trust", "Tandem.Care", "Tandem.Hub", "Tandem.Trial"];

    private static readonly string[] Readers =
    [
        "Care.CareTeams", "Care.Intake", "Care.Launches", "Care.Loops", "Care.Pathways", "Care.Patients",
        "Hub.Inventory", "Hub.Pages",
        "Record.Bulk", "Record.Deidentifying", "Record.Log", "Record.Operations", "Record.Projections", "Record.Reactions", "Record.Rest", "Record.Retention", "Record.Sealing", "Record.Search", "Record.Subscriptions", "Record.Terminology", "Record.Validation",
        "Trust.Access", "Trust.Audit", "Trust.Organizations", "Trust.People", "Trust.Provisioning", "Trust.SignIn", "Trust.Smart", "Trust.Teams",
        "Trial.Demo",
    ];

    private static readonly string[] Writers =
    [
        "Tandem.Care.Intake.Spool", // keeps a message before the record has it (decision 10)
        "Tandem.Hub.Hosting.HubDatabase", // changes tables before anything is open (decision 26)
        "Tandem.Record.Log.GroupWriter", // the one writer (decision 3)
        "Tandem.Record.Projections.ProjectionTables", // makes the tables at start
        "Tandem.Record.Projections.RebuildRequests", // asks another process
        "Tandem.Record.Search.FullText.FullTextIndex", // words are put in beside the writer on PostgreSQL (decision 18)
        "Tandem.Record.Sealing.SealingMarks", // holds the keys against the database before the record opens it (decision 24)
        "Tandem.Trust.Audit.AuditLedger", // the audit has a writer of its own (decision 17)
        "Tandem.Trust.Audit.AuditModule", // the audit's own file
        "Tandem.Trust.Audit.LegalHolds", // rows of the audit
    ];

    private static readonly string[] Writing = [nameof(Database.OpenWriter), nameof(Database.OpenLogWriter), nameof(Database.Beside), nameof(Database.LockLog)];

    [Fact]
    public void Rows_beneath_the_record_are_read_by_the_modules_that_are_known_to() =>
        AssertKnown(Readers, Users(member => member.DeclaringType == typeof(RecordStore) && member.Name == "get_" + nameof(RecordStore.Database)).Select(ModuleOf));

    [Fact]
    public void Nobody_writes_past_the_record_but_who_is_known_to() => AssertKnown(
        Writers,
        Users(member => typeof(Database).IsAssignableFrom(member.DeclaringType) && Writing.Contains(member.Name)).Select(type => type.FullName!));

    [Fact]
    public void A_use_is_found_in_the_code_that_the_compiler_makes_of_a_lambda() =>
        Assert.Contains(typeof(DatabaseUseTests), Users(member => member.Name == nameof(string.IsNormalized), typeof(DatabaseUseTests).Assembly));

    internal static Func<bool> Lambda(string text) => () => text.IsNormalized();

    private static void AssertKnown(string[] known, IEnumerable<string> users)
    {
        var found = users.Distinct().Order(StringComparer.Ordinal).ToList();
        var wrong = found.Except(known).Select(user => $"not known: {user}").Concat(known.Except(found).Select(user => $"no longer true: {user}"));
        Assert.True(!wrong.Any(), string.Join('\n', wrong));
    }

    private static IEnumerable<Type> Users(Func<MemberInfo, bool> uses) => Houses.SelectMany(house => Users(uses, Assembly.Load(house)));

    private static IEnumerable<Type> Users(Func<MemberInfo, bool> uses, Assembly house) => house.GetTypes()
        .Where(type => MethodCode.Methods(type).Any(method => MethodCode.Members(method).Any(uses))).Select(Outermost).Distinct();

    private static string ModuleOf(Type type) => string.Join('.', type.Namespace!.Split('.').Skip(1).Take(2));

    private static Type Outermost(Type type) => type.DeclaringType is { } outer ? Outermost(outer) : type;
}

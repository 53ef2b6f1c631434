using Microsoft.Extensions.DependencyInjection;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Access;
using Tandem.Record.Bulk;
using Tandem.Tests.Care.Intake;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Bulk;

/// <summary>Bulk jobs where several nodes share a database.</summary>
public sealed class BulkNodesTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_job_that_another_node_is_at_is_left_to_it_until_it_gives_it_back()
    {
        using var database = new TestDatabase(Engine.Postgres);
        await using var server = new FhirServer(Engine.Postgres, over: database, without: typeof(BulkJobs)); // else it may take a job too
        using var other = database.Open();
        using var writer = await Eventually.LetInAsync(other.OpenLogWriter);
        Assert.True(other.TryTake(writer, "bulk:theirs"));
        await BeginAsync(server, "theirs");
        await BeginAsync(server, "ours");

        await server.Services.GetRequiredService<BulkJobs>().CatchUpAsync(Cancel);
        Assert.Equal((BulkStatus.Running, BulkStatus.Done), (Status(server, "theirs"), Status(server, "ours")));

        other.GiveBack(writer, "bulk:theirs");
        await server.Services.GetRequiredService<BulkJobs>().CatchUpAsync(Cancel);
        Assert.Equal(BulkStatus.Done, Status(server, "theirs"));
        Assert.True(other.TryTake(writer, "bulk:ours"), "An ended job is still held.");
    }

    private static BulkStatus? Status(FhirServer server, string id) => server.Services.GetRequiredService<BulkJobs>().Find(id, AccessScope.System)?.Status;

    private static Task BeginAsync(FhirServer server, string id) => server.Store.WriteAsync<bool>(
        AccessScope.System,
        session =>
        {
            new BulkJob(
                id, BulkKind.Export, BulkStatus.Running, AccessScope.System.Actor, server.Clock.GetUtcNow(), "http://example/fhir/$export", new ExportPlan(ExportPlan.System, ["Patient"], null, [], []).ToJson())
            {
                Scope = AccessScope.System,
            }.Write(session);
            session.Write(BulkJob.Scopes, id, KeptScope.ToText(AccessScope.System));
            return true;
        },
        Cancel);
}

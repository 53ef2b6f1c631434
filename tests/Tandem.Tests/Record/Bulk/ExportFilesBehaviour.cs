using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Tandem.Fhir.Search;
using Tandem.Kernel;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Access;
using Tandem.Record.Bulk;
using Tandem.Record.Retention;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Bulk;

public sealed class SqliteExportFilesTests() : ExportFilesBehaviour(Engine.Sqlite);

public sealed class PostgresExportFilesTests() : ExportFilesBehaviour(Engine.Postgres);

/// <summary>The files of an export: what goes with each, and when they are there.</summary>
public abstract class ExportFilesBehaviour(Engine engine) : IAsyncLifetime
{
    private readonly FhirServer server = new(engine);

    public async ValueTask InitializeAsync()
    {
        await server.PutAsync("Patient/a", """{"resourceType":"Patient","id":"a"}""");
        await server.PutAsync("Observation/a1", """{"resourceType":"Observation","id":"a1","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/a"}}""");
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact] // 42 CFR 2.32
    public async Task The_notice_of_protected_records_goes_with_the_files_that_may_hold_one()
    {
        server.People["asking"] = new(new Actor("Practitioner/x", "X"), "Organization/o", "nurse", "TREAT", Reach.Limited(new AccessLayer("role", [new Grant(Interactions.Look, [], Whose.Anyone) { Withheld = ["PSY"] }])));
        var rid = server.Store.Database.Read(session => session.First("SELECT rid FROM resources WHERE type = 'Observation' AND id = 'a1'", row => row.Integer(0)));
        await server.Store.WriteAsync<bool>(
            AccessScope.System,
            session =>
            {
                session.Write(AccessTables.Labels, rid, "ETH", StableHash.Of("Observation"), StableHash.Of("a1"), "", "test");
                return true;
            },
            TestContext.Current.CancellationToken);

        var manifest = await ExportAsync("$export?_type=Observation,Patient", ("X-As", "asking"));

        Assert.True(manifest.Headers.Contains("Redisclosure") && manifest.Json["extension"u8]["redisclosure"u8].Exists);
        var told = new List<(string?, bool)>();
        foreach (var file in manifest.Json["output"u8].Items)
            told.Add((file["type"u8].Text, (await server.GetAsync(file["url"u8].Text!, ("X-As", "asking"))).Headers.Contains("Redisclosure")));
        Assert.Equal([("Observation", true), ("Patient", false)], told);
        Assert.False((await ExportAsync("$export?_type=Patient", ("X-As", "asking"))).Headers.Contains("Redisclosure"));
    }

    [Fact]
    public async Task A_type_that_is_named_twice_is_exported_once()
    {
        await server.SendAsync("DELETE", "Observation/a1");

        var manifest = await ExportAsync("$export?_type=Patient,Observation,Patient&_type=Observation&_since=2020-01-01T00:00:00Z");

        Assert.Equal(("Patient/a", 1), (BulkCalls.Ids(await server.LinesAsync(manifest)), manifest.Json["output"u8].Items.Count));
        Assert.Single(await server.LinesAsync(manifest, "deleted"));
    }

    [Fact]
    public async Task Who_asks_for_a_group_waits_for_none_of_the_groups_in_it()
    {
        await using var counted = new FhirServer(engine, isCounted: true, without: typeof(BulkJobs));
        var many = Enumerable.Range(0, 20).Select(n => $"g{n}").ToList();
        foreach (var id in many)
            await counted.PutAsync($"Group/{id}", $$"""{"resourceType":"Group","id":"{{id}}","type":"person","actual":true}""");
        await counted.PutAsync("Group/outer", $$"""{"resourceType":"Group","id":"outer","type":"person","actual":true,"member":[{{string.Join(',', many.Select(id => $$$"""{"entity":{"reference":"Group/{{{id}}}"}}"""))}}]}""");

        var asked = await ((CountedDatabase)counted.Store.Database).WhileAsync(async () =>
            Assert.Equal(HttpStatusCode.Accepted, (await counted.GetAsync("Group/outer/$export", BulkCalls.Async)).Status));

        Assert.InRange(asked.Count, 1, many.Count - 1); // each of them would be a question
    }

    [Fact]
    public async Task A_file_that_another_node_keeps_for_itself_is_asked_for_again()
    {
        var file = (await ExportAsync("$export?_type=Patient")).Json["output"u8].First["url"u8].Text!;
        Directory.Delete(server.Bulk.ExportOf(file.Split('/')[^2]), recursive: true);

        var answer = await server.GetAsync(file);

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "transient"), (answer.Status, answer.Issue));
        Assert.NotNull(answer.Headers.RetryAfter);
    }

    [Fact]
    public async Task Files_of_jobs_that_were_cancelled_or_forgotten_elsewhere_are_removed()
    {
        await using var idle = new FhirServer(engine, without: typeof(BulkJobs));
        var jobs = idle.Services.GetRequiredService<BulkJobs>();
        var (kept, cancelled) = (await StartAsync(jobs), await StartAsync(jobs));
        await jobs.KeepAsync(cancelled with { Status = BulkStatus.Cancelled }, TestContext.Current.CancellationToken); // as a node does that has other files
        var forgotten = Ids.New(idle.Clock);
        foreach (var folder in new[] { kept.Id, cancelled.Id, forgotten, "of-somebody" })
            await File.WriteAllTextAsync(Path.Combine(Directory.CreateDirectory(idle.Bulk.ExportOf(folder)).FullName, "Patient-1.ndjson"), "{}", TestContext.Current.CancellationToken);

        await jobs.TidyAsync(TestContext.Current.CancellationToken);

        Assert.Equal([kept.Id, "of-somebody"], Directory.GetDirectories(idle.Bulk.Exports).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_removed_keeps_no_other_and_is_tried_again()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere no name can be made by which its own folder cannot be removed.");
        await using var idle = new FhirServer(engine, without: typeof(BulkJobs));
        var jobs = idle.Services.GetRequiredService<BulkJobs>();
        var folders = Enumerable.Range(0, 4).Select(_ => idle.Bulk.ExportOf(Ids.New(idle.Clock))).ToList();
        folders.ForEach(folder => Directory.CreateDirectory(folder));
        await InAsync(folders[1], "mkdir");

        await jobs.TidyAsync(TestContext.Current.CancellationToken);
        Assert.Equal([folders[1]], Directory.GetDirectories(idle.Bulk.Exports));
        Assert.Contains(idle.Store.Database.Read(session => session.Query(RetentionRun.ReadLast, RetentionRun.Read)), run => run.Kind == BulkJob.RetainedAs);

        await InAsync(folders[1], "rmdir");
        idle.Clock.Advance(TimeSpan.FromHours(1));
        await jobs.TidyAsync(TestContext.Current.CancellationToken);
        Assert.Empty(Directory.GetDirectories(idle.Bulk.Exports));

        static async Task InAsync(string folder, string command) // of what has a name that is no UTF-8, which .NET cannot say
        {
            using var shell = Process.Start("sh", ["-c", $"{command} \"$0/$(printf '\\377')\"", folder]);
            await shell.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(0, shell.ExitCode);
        }
    }

    [Fact]
    public async Task A_job_that_two_calls_cancel_at_once_is_cancelled_by_one_of_them()
    {
        await using var idle = new FhirServer(engine, without: typeof(BulkJobs));
        var jobs = idle.Services.GetRequiredService<BulkJobs>();
        var job = await StartAsync(jobs);

        Assert.True(await jobs.CancelAsync(job, TestContext.Current.CancellationToken));
        Assert.False(await jobs.CancelAsync(job, TestContext.Current.CancellationToken)); // both had found it

        Assert.Null(jobs.Find(job.Id, AccessScope.System));
    }

    private static async Task<BulkJob> StartAsync(BulkJobs jobs) =>
        (await jobs.StartAsync(BulkKind.Export, new ExportPlan(ExportPlan.System, [], null, [], []).ToJson(), "http://example/fhir/$export", AccessScope.System, TestContext.Current.CancellationToken)).Value;

    private Task<FhirAnswer> ExportAsync(string call, params (string, string)[] headers) => server.RunJobAsync(server.GetAsync(call, [BulkCalls.Async, .. headers]), headers);
}

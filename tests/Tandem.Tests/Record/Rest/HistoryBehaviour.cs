using System.Net;
using Tandem.Kernel.Data;
using Tandem.Record.Rest;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Rest;

public sealed class SqliteHistoryTests() : HistoryBehaviour(Engine.Sqlite);

public sealed class PostgresHistoryTests() : HistoryBehaviour(Engine.Postgres);

/// <summary>History at instance, type and system level (FHIR R4 3.1.0.12).</summary>
public abstract class HistoryBehaviour(Engine engine) : IAsyncLifetime
{
    private FhirServer server = null!;

    public ValueTask InitializeAsync()
    {
        server = new FhirServer(engine);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
            await server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task An_instance_has_its_versions_newest_first_deletions_without_resource()
    {
        await PutAsync("Patient", "a");
        await PutAsync("Patient", "a");
        await server.SendAsync("DELETE", "Patient/a");

        var history = await server.GetAsync("Patient/a/_history");

        Assert.Equal(HttpStatusCode.OK, history.Status);
        Assert.Equal("history", history.Json["type"u8].Text);
        Assert.Equal("3", history.Json["total"u8].Text);
        Assert.Equal(["DELETE 204", "PUT 200", "PUT 201"], history.Json["entry"u8].Items.AsEnumerable()
            .Select(entry => $"{entry["request"u8]["method"u8].Text} {entry["response"u8]["status"u8].Text}"));
        Assert.False(history.Json["entry"u8].First["resource"u8].Exists);
        Assert.Empty(Tandem.Fhir.Structure.StructureCheck.Check(history.Json));
        Assert.Equal(HttpStatusCode.NotFound, (await server.GetAsync("Patient/never/_history")).Status);
    }

    [Fact] // 3.1.0.5: an update that brings back what was deleted creates it
    public async Task What_brings_back_a_deleted_resource_created_it()
    {
        await PutAsync("Patient", "a");
        await server.SendAsync("DELETE", "Patient/a");
        await PutAsync("Patient", "a");
        await PutAsync("Patient", "a");

        foreach (var path in (string[])["Patient/a/_history", "Patient/_history", "_history"])
        {
            Assert.Equal(["200", "201", "204", "201"], (await server.GetAsync(path)).Json["entry"u8].Items.AsEnumerable().Select(entry => entry["response"u8]["status"u8].Text));
            Assert.Equal("201", (await server.GetAsync((await server.GetAsync(path + "?_count=1")).Link("next")!)).Json["entry"u8].First["response"u8]["status"u8].Text);
        }
    }

    [Fact]
    public async Task A_first_version_was_posted_or_put_as_its_id_tells()
    {
        var posted = (await server.PostAsync("Patient", """{"resourceType":"Patient"}""")).Json["id"u8].Text;
        await PutAsync("Patient", "chosen");

        Assert.Equal(
            ["PUT Patient/chosen 201", "POST Patient 201"],
            (await server.GetAsync("Patient/_history")).Json["entry"u8].Items.AsEnumerable()
                .Select(entry => $"{entry["request"u8]["method"u8].Text} {entry["request"u8]["url"u8].Text} {entry["response"u8]["status"u8].Text}"));
        Assert.True(Tandem.Kernel.Ids.IsMade(posted!));
        Assert.All(["chosen", "0198f0a0c0de4000800000000000000a", "0198F0A0C0DE7000800000000000000A", "0198f0a0c0de7000c00000000000000a", "0198f0a0-c0de-7000-8000-00000000000a"], id => Assert.False(Tandem.Kernel.Ids.IsMade(id)));
    }

    [Fact]
    public async Task Type_and_system_history_follow_the_log()
    {
        await PutAsync("Patient", "a");
        await PutAsync("Group", "g");
        await PutAsync("Patient", "b");

        Assert.Equal("b,a", (await server.GetAsync("Patient/_history")).Ids);
        Assert.Equal("b,g,a", (await server.GetAsync("_history")).Ids);
        Assert.False((await server.GetAsync("_history")).Json["total"u8].Exists);
        Assert.Equal("3", (await server.GetAsync("_history?_total=accurate&_count=1")).Json["total"u8].Text);
        Assert.Equal("3", (await server.GetAsync("_history?_count=0")).Json["total"u8].Text);
        foreach (var twice in (string[])["_count=1&_count=2", "_total=none&_total=accurate", "_summary=true&_summary=false", "_format=json&_format=xml", "_since=2020&_since=2021"])
        {
            var refused = await server.GetAsync($"Patient/_history?{twice}");
            Assert.Equal((HttpStatusCode.BadRequest, "value"), (refused.Status, refused.Issue));
            Assert.Contains($"{twice.Split('=')[0]} is given with several values. Give it once.", refused.Text, StringComparison.Ordinal);
        }

        var page = await server.GetAsync("Patient/_history?_total=accurate&_count=1");
        Assert.Equal("2", page.Json["total"u8].Text);
        Assert.Equal("2", (await server.GetAsync(page.Link("next")!)).Json["total"u8].Text);
        Assert.False((await server.GetAsync("Patient/a/_history?_total=none")).Json["total"u8].Exists);
        Assert.Equal(HttpStatusCode.BadRequest, (await server.GetAsync("_history?_total=most")).Status);
    }

    [Fact] // _summary=count (3.1.1.5.8) says how many and shows none
    public async Task A_history_that_is_only_counted_has_a_total_and_no_entries()
    {
        await PutAsync("Patient", "a");
        await PutAsync("Patient", "a");

        foreach (var address in new[] { "Patient/a/_history", "Patient/_history", "_history" })
        {
            var counted = await server.GetAsync(address + "?_summary=count");
            Assert.Equal(("2", false), (counted.Json["total"u8].Text, counted.Json["entry"u8].Exists));
        }

        Assert.Equal(HttpStatusCode.NotFound, (await server.GetAsync("Patient/never/_history?_summary=count")).Status);
        Assert.Contains("version", (await server.GetAsync("Patient/a/_history/3")).Json["issue"u8].First["diagnostics"u8].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Since_is_inclusive()
    {
        await PutAsync("Patient", "a");
        server.Clock.Advance(TimeSpan.FromMinutes(1));
        await PutAsync("Patient", "b");
        server.Clock.Advance(TimeSpan.FromMinutes(1));
        await PutAsync("Patient", "c");

        Assert.Equal("c,b", (await server.GetAsync("_history?_since=2026-03-02T15:01:00Z")).Ids);
        Assert.Equal("c", (await server.GetAsync("Patient/_history?_since=2026-03-02T15:01:00.001Z")).Ids);
        Assert.Equal(HttpStatusCode.BadRequest, (await server.GetAsync("_history?_since=yesterday")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await server.GetAsync("_history?_at=then")).Status);
    }

    [Fact]
    public async Task Pages_skip_and_repeat_nothing_while_the_log_grows()
    {
        for (var i = 0; i < 7; i++)
            await PutAsync("Patient", $"p{i}");

        var seen = new List<string>();
        for (var page = await server.GetAsync("Patient/_history?_count=2"); ; page = await server.GetAsync(page.Link("next")!))
        {
            seen.AddRange(page.Ids.Split(','));
            await PutAsync("Patient", "late");
            if (page.Link("next") is null)
                break;
        }

        Assert.Equal("p6,p5,p4,p3,p2,p1,p0", string.Join(",", seen));
    }

    [Fact]
    public async Task At_gives_the_versions_that_were_current_then()
    {
        await PutAsync("Patient", "a");
        await PutAsync("Patient", "b");
        server.Clock.Advance(TimeSpan.FromMinutes(10));
        await PutAsync("Patient", "a");
        server.Clock.Advance(TimeSpan.FromMinutes(10));
        await server.SendAsync("DELETE", "Patient/a");

        Assert.Equal("b 1,a 1", await VersionsAsync("Patient/_history?_at=2026-03-02T15:05:00Z"));
        Assert.Equal("a 2,b 1", await VersionsAsync("_history?_at=2026-03-02T15:15:00Z"));
        Assert.Equal("a 1", await VersionsAsync("Patient/a/_history?_at=2026-03-02T15:05:00Z"));
        Assert.Equal("a 2", await VersionsAsync("Patient/a/_history?_at=2026-03-02T15:10:00Z")); // the one that began then
        Assert.Equal("", await VersionsAsync("Patient/a/_history?_at=2026-03-02T14:00:00Z"));
        Assert.Equal("a 3,a 2,b 1,a 1", await VersionsAsync("Patient/_history?_at=2026-03-02"));
        Assert.Equal("a 3,b 1", await VersionsAsync("Patient/_history?_at=2026-03-03"));
        Assert.Equal("a 3,a 2", await VersionsAsync("Patient/a/_history?_at=2026-03-02&_since=2026-03-02T15:10:00Z"));
    }

    [Theory]
    [InlineData("_history?")]
    [InlineData("Basic/_history?_sort=_lastUpdated&")]
    [InlineData("Basic/a/_history?")]
    public async Task A_page_of_large_versions_ends_before_its_count(string history)
    {
        await using var small = new FhirServer(engine, RestLimits.Default with { PageBytes = 5000 });
        for (var i = 0; i < 8; i++)
            await small.PutAsync("Basic/a", $$"""{"resourceType":"Basic","id":"a","code":{"text":"{{i}}{{new string('x', 2000)}}"} }""");

        foreach (var size in (string[])["_count=1000", "_count=4", "_total=accurate"])
        {
            var (page, versions, sizes) = (await small.GetAsync(history + size), new List<string>(), new List<int>());
            for (; ; page = await small.GetAsync(page.Link("next")!))
            {
                var found = page.Json["entry"u8].Items.AsEnumerable().Select(entry => entry["resource"u8]["meta"u8]["versionId"u8].Text!).ToList();
                versions.AddRange(found);
                sizes.Add(found.Count);
                if (page.Link("next") is null)
                    break;
            }

            Assert.Equal([3, 3, 2], sizes);
            Assert.Equal("1,2,3,4,5,6,7,8", string.Join(',', history.Contains("_sort", StringComparison.Ordinal) ? versions : Enumerable.Reverse(versions)));
            var back = await small.GetAsync(page.Link("previous")!);
            Assert.Equal(3, back.Json["entry"u8].Items.AsEnumerable().Count());
            Assert.NotNull(back.Link("previous"));
        }
    }

    [Fact]
    public async Task Pages_lead_back_as_they_came()
    {
        for (var i = 0; i < 7; i++)
            await PutAsync("Patient", $"p{i}");
        var (pages, page) = (new List<string>(), await server.GetAsync("Patient/_history?_count=3"));
        Assert.Null(page.Link("previous"));
        for (; page.Link("next") is { } next; page = await server.GetAsync(next))
            pages.Add(page.Ids);
        Assert.Equal(["p6,p5,p4", "p3,p2,p1"], pages);
        Assert.Equal("p0", page.Ids);

        var back = await server.GetAsync(page.Link("previous")!);
        Assert.Equal("p3,p2,p1", back.Ids);
        Assert.Equal("p0", (await server.GetAsync(back.Link("next")!)).Ids);
        back = await server.GetAsync(back.Link("previous")!);
        Assert.Equal(("p6,p5,p4", null), (back.Ids, back.Link("previous")));
        await PutAsync("Patient", "late");
        Assert.Equal("late", (await server.GetAsync((await server.GetAsync((await server.GetAsync("Patient/_history?_count=1")).Link("next")!)).Link("previous")!)).Ids);
    }

    [Fact]
    public async Task A_total_counts_what_was_asked_for()
    {
        await PutAsync("Patient", "a");
        server.Clock.Advance(TimeSpan.FromMinutes(1));
        await PutAsync("Patient", "a");
        await PutAsync("Patient", "a");

        Assert.Equal("3", (await server.GetAsync("Patient/a/_history?_count=1")).Json["total"u8].Text);
        Assert.Equal("2", (await server.GetAsync("Patient/a/_history?_since=2026-03-02T15:01:00Z")).Json["total"u8].Text);
        Assert.Equal("3", (await server.GetAsync("Patient/a/_history?_count=0")).Json["total"u8].Text);
        Assert.Empty((await server.SendAsync("HEAD", "Patient/a/_history")).Bytes);
    }

    [Fact] // 3.1.0.1.4
    public async Task A_deletion_answers_with_an_outcome_to_who_prefers_one()
    {
        await PutAsync("Patient", "a");
        var deleted = await server.SendAsync("DELETE", "Patient/a", null, ("Prefer", "return=OperationOutcome"));

        Assert.Equal((HttpStatusCode.OK, "informational", "W/\"2\""), (deleted.Status, deleted.Issue, deleted.ETag));
    }

    private async Task<string> VersionsAsync(string path) => string.Join(',', (await server.GetAsync(path)).Json["entry"u8].Items.AsEnumerable()
        .Select(entry => $"{(entry["request"u8]["url"u8].Text!.Split('/') is [_, var id] ? id : entry["resource"u8]["id"u8].Text)} {entry["response"u8]["etag"u8].Text![3..^1]}"));

    [Fact] // 3.1.0.12: _list
    public async Task A_history_may_be_of_what_lists_name()
    {
        foreach (var id in (string[])["a", "a", "a", "b", "c"])
            await PutAsync("Patient", id);
        await PutAsync("Group", "g");
        await PutAsync("Group", "h");
        foreach (var (id, status) in new[] { ("e", "inactive"), ("f", "active"), ("e", "active") })
            await server.PutAsync($"Condition/{id}", $$"""{"resourceType":"Condition","id":"{{id}}","clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"{{status}}"}]},"subject":{"reference":"Patient/a"} }""");
        await ListAsync("l", "Patient/a", "Patient/a/_history/2", "Patient/c", "Group/g", "Patient/none", "https://elsewhere.example/fhir/Patient/b");
        await ListAsync("v", "Patient/a/_history/2", "Patient/b/_history/7", "Group/h", "urn:uuid:0");

        foreach (var (path, versions) in new[]
        {
            ("_history?_list=l", "g 1,c 1,a 3,a 2,a 1"),
            ("Patient/_history?_list=l", "c 1,a 3,a 2,a 1"),
            ("Group/_history?_list=List/l", "g 1"),
            ("Patient/_history?_list=v", "a 2"), // the version that is referred to
            ("_history?_list=v,l", "h 1,g 1,c 1,a 3,a 2,a 1"), // any of them
            ("Patient/a/_history?_list=v", "a 2"),
            ("Patient/b/_history?_list=l", ""),
            ("_history?_list=other", ""),
            ("Condition/_history?_list=$current-problems", "e 2,f 1,e 1"), // all versions of what is in it now
            ("_history?_list=$current-problems", "e 2,f 1,e 1"),
            ("Condition/_history?_list=$current-problems&_since=2999", ""),
        })
        {
            Assert.Equal((path, versions), (path, await VersionsAsync(path)));
            Assert.Equal((path, $"{(versions.Length == 0 ? 0 : versions.Split(',').Length)}"), (path, (await server.GetAsync(path + "&_total=accurate&_count=1")).Json["total"u8].Text));
        }

        var (pages, page) = (new List<string>(), await server.GetAsync("_history?_list=l&_count=2"));
        for (; page.Link("next") is { } next; page = await server.GetAsync(next))
            pages.Add(page.Ids);
        Assert.Equal("g,c|a,a|a", string.Join('|', [.. pages, page.Ids]));
        Assert.Equal("a,a", (await server.GetAsync(page.Link("previous")!)).Ids);
        Assert.Equal(HttpStatusCode.BadRequest, (await server.GetAsync(page.Link("previous")!.Replace("_list=l", "_list=v", StringComparison.Ordinal))).Status);
        foreach (var refused in (string[])["_history?_list=", "_history?_list=a|b", "Patient/_history?_list=$current-problems", "_history?_list=$current-nothing", "_history?_list=l&_list=v"])
            Assert.Equal((refused, HttpStatusCode.BadRequest), (refused, (await server.GetAsync(refused)).Status));
    }

    private async Task ListAsync(string id, params string[] items)
    {
        var entries = string.Join(",", items.Select(item => $"{{\"item\":{{\"reference\":\"{item}\"}}}}"));
        var answer = await server.PutAsync($"List/{id}", $$"""{"resourceType":"List","id":"{{id}}","status":"current","mode":"working","entry":[{{entries}}]}""");
        Assert.True((int)answer.Status < 300, answer.Text);
    }

    [Fact]
    public async Task A_history_may_begin_with_the_oldest()
    {
        foreach (var gender in (string[])["male", "female", "other", "unknown", "male"])
            await server.PutAsync("Patient/s", $$"""{"resourceType":"Patient","id":"s","gender":"{{gender}}"}""");

        static string Versions(FhirAnswer page) => string.Join(' ', page.Json["entry"u8].Items.AsEnumerable().Select(entry => entry["resource"u8]["meta"u8]["versionId"u8].Text));
        var first = await server.GetAsync("Patient/s/_history?_sort=_lastUpdated&_count=2");
        var second = await server.GetAsync(first.Link("next")!);
        await server.PutAsync("Patient/s", """{"resourceType":"Patient","id":"s"}""");
        var third = await server.GetAsync(second.Link("next")!);

        Assert.Equal(("1 2", "3 4", "5 6"), (Versions(first), Versions(second), Versions(third)));
        Assert.Equal((null, null), (first.Link("previous"), third.Link("next")));
        Assert.Equal("3 4", Versions(await server.GetAsync(third.Link("previous")!)));
        Assert.Equal("1 2", Versions(await server.GetAsync(second.Link("previous")!)));
        Assert.Equal("6 5", Versions(await server.GetAsync("Patient/s/_history?_sort=-_lastUpdated&_count=2")));
        Assert.Equal(HttpStatusCode.BadRequest, (await server.GetAsync("Patient/s/_history?_sort=_id")).Status);
    }

    [Fact]
    public async Task A_changed_link_is_refused()
    {
        for (var i = 0; i < 3; i++)
            await PutAsync("Patient", $"p{i}");
        var next = (await server.GetAsync("Patient/_history?_count=1")).Link("next")!;

        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync(next)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await server.GetAsync(next[..^1] + (next[^1] == 'A' ? 'B' : 'A'))).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await server.GetAsync(next.Replace("Patient/", "Group/", StringComparison.Ordinal))).Status);
    }

    private Task<FhirAnswer> PutAsync(string type, string id) => server.PutAsync(
        $"{type}/{id}",
        type == "Group" ? $$"""{"resourceType":"Group","id":"{{id}}","type":"person","actual":true}""" : $$"""{"resourceType":"{{type}}","id":"{{id}}"}""");
}

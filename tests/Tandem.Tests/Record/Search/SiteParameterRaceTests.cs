using Microsoft.Extensions.DependencyInjection;
using Tandem.Fhir.Search;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Log;
using Tandem.Record.Search.Site;
using Tandem.Tests.Support;
using static Tandem.Tests.Record.Search.SiteParameterSteps;

namespace Tandem.Tests.Record.Search;

/// <summary>
/// A site's search parameter is added, changed and withdrawn between the steps of a write, where each order is forced: by a node that no news of it reaches, by a write that
/// holds the writer, by a transaction that is undone.
/// </summary>
public sealed class SiteParameterRaceTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_node_that_has_not_heard_of_a_parameter_writes_by_it_all_the_same()
    {
        using var database = new TestDatabase(Engine.Postgres);
        await using var here = new FhirServer(Engine.Postgres, over: database);
        await using var there = new FhirServer(Engine.Postgres, over: database, without: typeof(SiteParameterIndexing)); // no news comes to it
        await there.PutAsync("Patient/before", Patient("before", "red")); // so that it knows what was in force: nothing

        await here.PutAsync("SearchParameter/colour", ByColour);
        await Ready(here, "colour");
        await there.PutAsync("Patient/after", Patient("after", "red"));
        await there.PutAsync("Patient/before", Patient("before", "blue"));
        Assert.Equal("after", (await here.GetAsync("Patient?colour=red")).Ids);
        Assert.Equal("before", (await here.GetAsync("Patient?colour=blue")).Ids);
        Assert.Equal("after", (await there.GetAsync("Patient?colour=red")).Ids); // and may be asked by it from then on

        await here.PutAsync("SearchParameter/colour", ByColour.Replace(").value", ").value.upper()", StringComparison.Ordinal));
        await Until(async () => (await here.GetAsync("Patient?colour=RED")).Ids == "after", "the new values");
        await there.PutAsync("Patient/later", Patient("later", "red"));
        Assert.Equal("after,later", (await here.GetAsync("Patient?colour=RED&_sort=_id")).Ids);

        await here.SendAsync("DELETE", "SearchParameter/colour");
        await RowsGone(here);
        await there.PutAsync("Patient/last", Patient("last", "red"));
        Assert.Equal(0, RowsLeft(here));
    }

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task A_write_whose_values_were_read_before_a_parameter_came_into_force_is_found_by_it(Engine engine)
    {
        await using var server = new FhirServer(engine, without: typeof(SiteParameterIndexing)); // nobody else puts any in force
        var site = server.Services.GetRequiredService<SiteParameters>();
        var made = new ReadyVersion("Patient", "late", Parse(Patient("late", "red")), site.Options);
        using var hold = new ManualResetEventSlim();
        using var begun = new ManualResetEventSlim();
        var turn = server.Store.WithWriterAsync<bool>(
            _ =>
            {
                begun.Set();
                hold.Wait(Cancel);
                site.Use([Colours()], 1);
                return true;
            },
            Cancel);
        begun.Wait(Cancel);

        var write = server.Store.WriteAsync<int>(AccessScope.System, session => session.Put(made).Version, Cancel);
        hold.Set();

        Assert.True((await turn).Succeeded(out _, out _) && (await write).Succeeded(out _, out _));
        Assert.Equal(1, RowsLeft(server));
    }

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task What_a_transaction_put_in_force_that_was_undone_does_not_hold(Engine engine)
    {
        await using var server = new FhirServer(engine, without: typeof(SiteParameterIndexing)); // nobody else puts any in force
        var site = server.Services.GetRequiredService<SiteParameters>();

        await Assert.ThrowsAnyAsync<Exception>(() => server.Store.WithWriterAsync<bool>(
            session =>
            {
                session.Write(SiteParameterTable.Table, [SiteSearchParameter.First, DbValue.Null, 1, 0, 0, 0, 0, 0, DbValue.Null]); // no row without a resource: the commit fails
                site.Use([Colours()], 1);
                return true;
            },
            Cancel));
        await server.PutAsync("Patient/p", Patient("p", "red"));

        Assert.Empty(site.Current.All);
        Assert.Equal(0, RowsLeft(server)); // under a number that the next parameter gets
    }

    [Fact]
    public async Task Rows_of_a_withdrawn_parameter_stay_for_searches_that_began_by_it()
    {
        await using var server = new FhirServer(Engine.Sqlite);
        await server.PutAsync("Patient/p", Patient("p", "red"));
        await server.PutAsync("SearchParameter/colour", ByColour);
        await Ready(server, "colour");
        var begun = server.Search.Parse("Patient", "colour=red");

        await server.SendAsync("DELETE", "SearchParameter/colour");
        await Until(async () => (await server.GetAsync("Patient?colour=red")).Status == System.Net.HttpStatusCode.BadRequest, "the refusal");

        Assert.True(server.Search.Snapshot(session => server.Search.Find(session, begun, AccessScope.System, 5)).Succeeded(out var found, out _));
        Assert.Equal("p", Assert.Single(found).Id);
        await RowsGone(server);
    }

    private static SiteSearchParameter Colours() =>
        SiteSearchParameter.Read(Parse(ByColour), SiteSearchParameter.First, (_, _, _) => default, out _) ?? throw new InvalidOperationException("The parameter cannot be read.");

    private static Tandem.Fhir.Json.FhirNode Parse(string json) => Tandem.Fhir.Json.FhirJson.ParseStored(System.Text.Encoding.UTF8.GetBytes(json)).Root;
}

using System.Net;
using Tandem.Kernel.Data;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Search;

public sealed class SqliteEmptyValueTests() : EmptyValueBehaviour(Engine.Sqlite);

public sealed class PostgresEmptyValueTests() : EmptyValueBehaviour(Engine.Postgres);

/// <summary>A parameter without a value is refused, or left out and told of, never passed over (R4 3.1.1.1).</summary>
public abstract class EmptyValueBehaviour(Engine engine) : IAsyncLifetime
{
    private FhirServer server = null!;

    public async ValueTask InitializeAsync()
    {
        server = new FhirServer(engine);
        foreach (var id in (string[])["a", "b", "c"])
            await server.PutAsync($"Patient/{id}", $$"""{"resourceType":"Patient","id":"{{id}}","gender":"{{(id == "c" ? "male" : "female")}}","name":[{"family":"Test{{id}}"}]}""");
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private static readonly (string Parameter, string Says)[] Parameters =
    [
        ("name=", "name has no value"),
        ("_id=", "_id has no value"),
        ("name", "name has no value"),
        ("name=testa,", "A value of name is empty"),
        ("name=,", "A value of name is empty"),
        ("gender:not=", "gender:not has no value"),
        ("_count=", "_count has no value"),
        ("_sort=family,", "A value of _sort is empty"),
        ("_has:Observation:patient:code=", "has no value"),
    ];

    [Fact]
    public async Task It_is_refused_or_told_of()
    {
        foreach (var (parameter, says) in Parameters)
        {
            var strict = await server.GetAsync($"Patient?gender=female&{parameter}");
            var lenient = await server.GetAsync($"Patient?gender=female&{parameter}", ("Prefer", "handling=lenient"));

            Assert.Equal(HttpStatusCode.BadRequest, strict.Status);
            Assert.Contains(says, strict.Text, StringComparison.Ordinal);
            Assert.True(lenient.Status == HttpStatusCode.OK, lenient.Text);
            Assert.Contains(says, lenient.Text, StringComparison.Ordinal);
            Assert.Equal(["a", "b"], lenient.Json["entry"u8].Items.AsEnumerable().Where(entry => entry["search"u8]["mode"u8].Text == "match").Select(entry => entry["resource"u8]["id"u8].Text!).Order());
        }
    }

    [Fact]
    public async Task What_is_left_out_leaves_the_others_of_its_name_on_every_page()
    {
        var first = await server.GetAsync("Patient?gender=female&gender=&_count=1", ("Prefer", "handling=lenient"));
        var second = await server.GetAsync(first.Link("next")!);

        Assert.Null(second.Link("next"));
        Assert.Contains("gender=female", first.Link("self"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_condition_of_a_write_has_to_say_something()
    {
        var answer = await server.PostAsync("Patient", """{"resourceType":"Patient"}""", ("If-None-Exist", "identifier="));

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal("3", (await server.GetAsync("Patient?_summary=count")).Json["total"u8].Text);
    }
}

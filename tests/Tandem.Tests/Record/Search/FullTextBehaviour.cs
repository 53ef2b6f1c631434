using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;
using Tandem.Record.Reactions;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Search;

/// <summary>Search for words in narratives and anywhere (R4 3.1.1.4.19, 3.1.1.4.20).</summary>
public abstract class FullTextBehaviour(Engine engine, SharedServer shared) : IAsyncLifetime, IClassFixture<SharedServer>
{
    private FhirServer server = null!;

    public async ValueTask InitializeAsync() => server = await shared.OfAsync(engine, FillAsync);

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    private async Task FillAsync(FhirServer empty)
    {
        server = empty;
        await Condition("c1", "Bone metastases of the liver", "<p>Pain in the <b>knee</b> &amp; hip</p>");
        await Condition("c2", "Métástases in the BONE", "<p>none<br/>at <b>os</b>teum</p>");
        await Condition("c3", "Fracture of bone, healed", "<p>knee</p>");
        await Condition("c4", "COVID-19", "<p>Straße 5, hip knee</p>");
        await server.PutAsync("Patient/p", """{"resourceType":"Patient","id":"p","name":[{"family":"Bone"}],"identifier":[{"system":"http://example.org/knee","value":"ABC-77"}]}""");
    }

    [Theory]
    [InlineData("Condition?_content=bone", "c1,c2,c3")]
    [InlineData("Condition?_content=metastases", "c1,c2")] // without accents, without case
    [InlineData("Condition?_content=bone metastases", "c1,c2")] // all words
    [InlineData("Condition?_content=(fracture OR liver) and bone", "c1,c3")]
    [InlineData("Condition?_content=fracture or liver", "c1,c3")]
    [InlineData("Condition?_content=fracture,liver", "c1,c3")] // a comma is "or" in any search
    [InlineData("Condition?_content=bone NOT metastases", "c3")]
    [InlineData("Condition?_content=bone -liver -healed", "c2")]
    [InlineData("Condition?_content=\"bone metastases\"", "c1")]
    [InlineData("Condition?_content=\"metastases bone\"", "")]
    [InlineData("Condition?_content=metas*", "c1,c2")]
    [InlineData("Condition?_content=metas", "")]
    [InlineData("Condition?_content=covid-19", "c4")]
    [InlineData("Condition?_content=19", "c4")]
    [InlineData("Condition?_content=knee", "c1,c3,c4")] // the narrative is content too
    [InlineData("Condition?_text=knee", "c1,c3,c4")]
    [InlineData("Condition?_text=knee hip", "c1,c4")]
    [InlineData("Condition?_text=strasse", "c4")]
    [InlineData("Condition?_text=osteum", "c2")] // a tag within a line parts no word
    [InlineData("Condition?_text=none", "c2")]
    [InlineData("Condition?_text=amp", "")] // entities are letters
    [InlineData("Condition?_text=bone", "")]
    [InlineData("Condition?_text=knee&_content=healed&subject=Patient/p", "c3")]
    [InlineData("Condition?_content=bone&_sort=-_id&_count=2", "c3,c2")]
    [InlineData("Condition?subject:Patient._content=bone&_text=hip", "c1,c4")]
    [InlineData("Patient?_has:Condition:subject:_content=fracture", "p")]
    [InlineData("Patient?_content=abc-77", "p")]
    [InlineData("Patient?_content=knee", "")] // addresses of systems are no content
    [InlineData("?_type=Patient,Condition&_content=bone liver", "c1")]
    public async Task Words_are_found(string query, string ids)
    {
        var answer = await server.GetAsync(query);

        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        Assert.Equal(ids, answer.Ids);
    }

    [Fact]
    public async Task What_the_sections_of_a_document_say_is_content_but_not_its_own_narrative()
    {
        await server.PutAsync(
            "Composition/doc",
            """
            {"resourceType":"Composition","id":"doc","status":"final","type":{"text":"Discharge"},"date":"2026-05-12","author":[{"display":"Synthetic"}],"title":"Summary",
             "contained":[{"resourceType":"Organization","id":"o","text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">Lakeside</div>"},"name":"Ward"}],
             "text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">Overview</div>"},
             "section":[{"title":"Course","text":{"status":"additional","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>Pulmonary <b>embol</b>ism</p></div>"}}]}
            """);

        foreach (var word in new[] { "embolism", "course", "overview", "lakeside", "ward" })
            Assert.Equal("doc", (await server.GetAsync($"Composition?_content={word}")).Ids);
        foreach (var word in new[] { "additional", "generated", "xmlns" })
            Assert.Equal("", (await server.GetAsync($"Composition?_content={word}")).Ids);
        Assert.Equal("doc", (await server.GetAsync("Composition?_text=overview")).Ids);
        Assert.Equal("", (await server.GetAsync("Composition?_text=embolism")).Ids);
    }

    [Fact]
    public async Task What_was_written_is_found_by_the_next_search_and_what_is_gone_is_not()
    {
        for (var i = 0; i < 40; i++)
        {
            await Condition($"n{i}", $"Word{i}", $"<p>Div{i}</p>");
            Assert.Equal($"n{i}", (await server.GetAsync($"Condition?_content=word{i}&_text=div{i}")).Ids);
        }

        await Condition("n1", "Other", "<p>other</p>");
        await server.SendAsync("DELETE", "Condition/n2");
        Assert.Equal("", (await server.GetAsync("Condition?_content=word1,word2")).Ids);
        Assert.Equal("n1", (await server.GetAsync("Condition?_content=other")).Ids);
        Assert.Equal("39", (await server.GetAsync("Condition?_content=word* OR other&_total=accurate&_count=3")).Json["total"u8].Text);
    }

    [Theory]
    [InlineData("metastases", "date")]
    [InlineData("\"2026-05-12 ct\"", "date")]
    [InlineData("embolism", "link")]
    [InlineData("images", "link")]
    [InlineData("pacs", "")] // addresses are no content
    [InlineData("血栓", "link")]
    [InlineData("1234-56-7890", "number")]
    [InlineData("\"2026-05-13\"", "")] // nor is a time that stands alone
    [InlineData("consented", "consent")]
    [InlineData("generated", "")] // nor the code that tells how a narrative was made
    public async Task Words_beside_times_and_addresses_are_found(string words, string ids)
    {
        await Note("date", "2026-05-12 CT abdomen: multiple liver metastases");
        await Note("link", "Images at https://pacs.example.org/1 - suspected embolism, 见http://pacs.example.org/2。血栓");
        await server.PutAsync("Observation/number", """{"resourceType":"Observation","id":"number","text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">x</div>"},"status":"final","code":{"text":"x"},"effectiveDateTime":"2026-05-13","identifier":[{"value":"1234-56-7890"}]}""");
        await server.PutAsync("Consent/consent", """{"resourceType":"Consent","id":"consent","status":"active","scope":{"text":"x"},"category":[{"text":"x"}],"policyRule":{"text":"x"},"provision":{"data":[{"meaning":"instance","reference":{"reference":"Observation/number","display":"Consented"}}]}}""");
        var found = await Task.WhenAll(((string[])["Observation", "Consent"]).Select(async type => (await server.GetAsync($"{type}?_content={words}")).Ids));

        Assert.Equal(ids, string.Concat(found));

        Task Note(string id, string text) =>
            server.PutAsync($"Observation/{id}", $$"""{"resourceType":"Observation","id":"{{id}}","status":"final","code":{"text":"x"},"note":[{"text":"{{text}}"}]}""");
    }

    [Theory]
    [InlineData("Condition?_content=(bone")]
    [InlineData("Condition?_content=bone)")]
    [InlineData("Condition?_content=\"bone")]
    [InlineData("Condition?_content=NOT bone")]
    [InlineData("Condition?_content=---")]
    [InlineData("Condition?_content:exact=bone")]
    [InlineData("Condition?_text:missing=true")]
    [InlineData("Condition?_sort=_content")]
    public async Task What_cannot_be_followed_is_refused(string query) => Assert.Equal(HttpStatusCode.BadRequest, (await server.GetAsync(query)).Status);

    [Fact]
    public async Task No_text_breaks_the_engines_own_language()
    {
        var random = new Random(20261126);
        const string Signs = "ab'\"*:&|!<->(){}\\ÀΩ漢😀 %0-NOTORAND,;$1_.~^";
        for (var i = 0; i < 300; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => char.ToString(Signs[random.Next(Signs.Length)])));
            var answer = await server.GetAsync($"Condition?_content={Uri.EscapeDataString(text)}");
            Assert.True(answer.Status is HttpStatusCode.OK or HttpStatusCode.BadRequest, $"{text}: {answer.Text}");
        }
    }

    /// <summary>U+FFFE is a character in JSON and in addresses, and none that Unicode folds.</summary>
    [Fact]
    public async Task What_no_engine_can_fold_keeps_nothing_back()
    {
        await Condition("odd", "stone\\ufffe", "<p>none</p>"); // XML has no such character
        Assert.Equal("odd", (await server.GetAsync("Condition?_content=stone")).Ids);
        foreach (var query in (string[])["Condition?_content=", "Condition?_text=", "Condition?code:text=", "Patient?name=", "Patient?name:exact=", "Patient?name:contains=", "Patient?_filter=name eq "])
        {
            var answer = await server.GetAsync(query + "a%EF%BF%BE");
            Assert.True(answer.Status is HttpStatusCode.OK or HttpStatusCode.BadRequest, $"{query}: {answer.Text}");
        }
    }

    /// <summary>No resource is known whose words cannot be read, so the log is spoilt from outside.</summary>
    [Fact]
    public async Task A_version_whose_words_cannot_be_read_waits_for_a_person_and_keeps_nothing_back()
    {
        using var database = new TestDatabase(engine);
        await using (server = new FhirServer(engine, over: database))
        {
            await Condition("bad", "Testperson", "<p>bad</p>");
            await Condition("good", "Testperson", "<p>good</p>");
            Assert.Equal("bad,good", (await server.GetAsync("Condition?_content=testperson&_sort=_id")).Ids);
        }

        var (text, bytes) = engine == Engine.Sqlite ? ("CAST(body AS TEXT)", "CAST({0} AS BLOB)") : ("convert_from(body, 'UTF8')", "convert_to({0}, 'UTF8')");
        string Turn(string from, string to) => $"UPDATE log SET body = {string.Format(null, bytes, $"replace({text}, '{from}', '{to}')")} WHERE id = 'bad';";
        using (var opened = database.Open())
        using (var session = opened.OpenWriter())
            session.ExecuteScript(Turn("""{"text":"Testperson"}""", """{"text":Testperson}""") + "UPDATE search_fulltext_cursor SET seq = 0");
        await using (server = new FhirServer(engine, over: database))
        {
            Assert.Equal("good", (await server.GetAsync("Condition?_content=testperson")).Ids);
            var reactions = server.Services.GetRequiredService<ReactionRunner>();
            var parked = Assert.Single(reactions.Parked(10));
            Assert.Equal(("full-text", "Condition"), (parked.Reaction, reactions.TypeOf(parked)));
            Assert.Equal(RefusalKind.Unprocessable, (await reactions.RetryAsync(parked, Cancel)).Refusal!.Kind);
            Assert.Single(reactions.Parked(10));

            await WriteAsync(session => session.Reading.ExecuteScript(Turn("""{"text":Testperson}""", """{"text":"Testperson"}""")));
            Assert.Null((await reactions.RetryAsync(parked, Cancel)).Refusal);
            Assert.Empty(reactions.Parked(10));
            Assert.Equal("bad,good", (await server.GetAsync("Condition?_content=testperson&_sort=_id")).Ids);
        }
    }

    /// <summary>No words are known that an engine cannot take, so the index is spoilt from outside.</summary>
    [Fact]
    public async Task A_version_whose_words_cannot_be_written_waits_for_a_person_and_keeps_nothing_back()
    {
        using var database = new TestDatabase(engine);
        await using (server = new FhirServer(engine, over: database))
        {
            await Condition("good", "Testperson", "<p>good</p>");
            Assert.Equal("good", (await server.GetAsync("Condition?_content=testperson")).Ids);
            await WriteAsync(session => session.Reading.ExecuteScript(engine == Engine.Sqlite
                ? "CREATE TRIGGER spoilt BEFORE INSERT ON search_fulltext_docsize WHEN new.id = (SELECT rid FROM resources WHERE id = 'bad') BEGIN SELECT RAISE(ABORT, 'spoilt'); END"
                : "ALTER TABLE search_fulltext ADD CONSTRAINT spoilt CHECK (NOT content @@ 'unwritable'::tsquery)"));
            var bundle = string.Join(',', ((string[])["first", "bad", "last"]).Select(id =>
                $$$"""{"resource":{"resourceType":"Condition","id":"{{{id}}}","code":{"text":"Testperson {{{(id == "bad" ? "unwritable" : "")}}}"},"subject":{"reference":"Patient/p"}},"request":{"method":"PUT","url":"Condition/{{{id}}}"}}"""));
            var written = await server.PostAsync("", $$"""{"resourceType":"Bundle","type":"transaction","entry":[{{bundle}}]}""");
            Assert.True(written.Status == HttpStatusCode.OK, written.Text);

            Assert.Equal("first,good,last", (await server.GetAsync("Condition?_content=testperson&_sort=_id")).Ids);
            var reactions = server.Services.GetRequiredService<ReactionRunner>();
            var parked = Assert.Single(reactions.Parked(10));
            Assert.Equal(("full-text", "Condition"), (parked.Reaction, reactions.TypeOf(parked)));

            await WriteAsync(session => session.Reading.ExecuteScript(engine == Engine.Sqlite ? "DROP TRIGGER spoilt" : "ALTER TABLE search_fulltext DROP CONSTRAINT spoilt"));
            Assert.Null((await reactions.RetryAsync(parked, Cancel)).Refusal);
            Assert.Equal("bad,first,good,last", (await server.GetAsync("Condition?_content=testperson&_sort=_id")).Ids);
        }
    }

    /// <summary>A tsvector of PostgreSQL holds 1 MB.</summary>
    [Fact]
    public async Task Long_words_of_letters_of_several_bytes_keep_nothing_back()
    {
        var notes = Enumerable.Range(0, 2).Select(note => string.Join(' ', Enumerable.Range(note * 5000, 5000).Select(at => $"{at:D5}{new string('安', 64)}")));
        var written = await server.PutAsync("Condition/long", $$"""{"resourceType":"Condition","id":"long","code":{"text":"Beginning"},"subject":{"reference":"Patient/p"},"note":[{{string.Join(',', notes.Select(note => $$"""{"text":"{{note}}"}"""))}}]}""");
        Assert.Equal(HttpStatusCode.Created, written.Status);
        await Condition("after", "Aftermath", "<p>none</p>");

        Assert.Equal("after", (await server.GetAsync("Condition?_content=aftermath")).Ids);
        Assert.Equal("long", (await server.GetAsync("Condition?_content=beginning")).Ids);
        Assert.Equal("long", (await server.GetAsync($"Condition?_content=00004{new string('安', 59)}")).Ids);
        Assert.Empty(server.Services.GetRequiredService<ReactionRunner>().Parked(10));
    }

    [Fact]
    public async Task A_later_version_whose_words_can_be_read_ends_the_wait()
    {
        using var database = new TestDatabase(engine);
        await using (server = new FhirServer(engine, over: database))
        {
            await Condition("c", "Testperson", "<p>c</p>");
            Assert.Equal("c", (await server.GetAsync("Condition?_content=testperson")).Ids); // its words are read before they are called unreadable
            var place = server.Store.ReadLastSeq();
            await WriteAsync(session => session.Write(ReactionTables.Parked, "full-text", place, "JsonException: Testperson", session.Now));
        }

        await using (server = new FhirServer(engine, over: database))
        {
            Assert.Single(server.Services.GetRequiredService<ReactionRunner>().Parked(10));
            await Condition("c", "Otherperson", "<p>c</p>");
            Assert.Equal("c", (await server.GetAsync("Condition?_content=otherperson")).Ids);
            Assert.Empty(server.Services.GetRequiredService<ReactionRunner>().Parked(10));
        }
    }

    [Fact]
    public async Task Words_do_not_say_which_resource_a_condition_means() =>
        Assert.Equal(HttpStatusCode.BadRequest, (await server.PostAsync("Patient", """{"resourceType":"Patient"}""", ("If-None-Exist", "_content=bone"))).Status);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private Task WriteAsync(Action<WriteSession> write) => server.Store.WithWriterAsync<int>(
        session =>
        {
            write(session);
            return 0;
        },
        Cancel);

    private async Task Condition(string id, string words, string div)
    {
        var answer = await server.PutAsync(
            $"Condition/{id}",
            $$"""{"resourceType":"Condition","id":"{{id}}","text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">{{div}}</div>"},"code":{"text":"{{words}}"},"subject":{"reference":"Patient/p"} }""");
        Assert.True((int)answer.Status < 300, answer.Text);
    }
}

public sealed class SqliteFullTextTests(SharedServer shared) : FullTextBehaviour(Engine.Sqlite, shared);

public sealed class PostgresFullTextTests(SharedServer shared) : FullTextBehaviour(Engine.Postgres, shared);

using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Bulk;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Bulk;

/// <summary>What a job holds in memory at once is limited by its size as by its number.</summary>
public sealed class BulkSizesTests
{
    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task A_page_of_an_export_ends_with_the_version_that_fills_it_and_the_next_goes_on_behind(Engine engine)
    {
        Assert.SkipWhen(engine == Engine.Postgres && PostgresServer.Missing is not null, PostgresServer.Missing ?? "");
        using var record = new RecordFixture(engine);
        foreach (var (id, length) in new[] { ("a", 900), ("b", 900), ("c", 900), ("d", 3_000), ("e", 1), ("f", 1), ("g", 1) })
            await record.PutAsync("Basic", id, $$$"""{"resourceType":"Basic","id":"{{{id}}}","code":{"text":"{{{new string('x', length)}}}"}}""");
        var pages = new VersionPages(ExportRun.ReadPage, "Basic", 0, record.Store.Signal.LastSeq) { MostBytes = 1_200 };
        var read = new List<string>();

        while (!pages.IsAtEnd)
            read.Add(string.Concat(record.Database.Read(session => pages.Next(session, AccessScope.System)).Select(version => version.Id)));

        Assert.Equal("abcdefg", string.Concat(read));
        Assert.Equal(["ab", "cd"], read[..2]); // three would hold more than is to be held
        Assert.DoesNotContain(read, page => page.Contains('d') && !page.EndsWith('d'));
    }

    [Fact]
    public void A_commit_of_an_import_is_full_by_the_number_of_its_lines_or_by_their_size()
    {
        var batch = new LineBatch();
        batch.Add(new(1, new byte[LineBatch.MostBytes - 1], []));
        Assert.False(batch.IsFull);
        batch.Add(new(2, new byte[1], []));
        Assert.True(batch.IsFull);

        batch.Clear();
        for (var line = 1; line < LineBatch.Most; line++)
            batch.Add(new(line, [0], []));
        Assert.False(batch.IsFull);
        batch.Add(new(LineBatch.Most, [0], []));
        Assert.True(batch.IsFull);
    }
}

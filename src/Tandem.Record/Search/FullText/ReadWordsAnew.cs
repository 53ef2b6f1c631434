using Tandem.Kernel.Data;
using Tandem.Record.Log;

namespace Tandem.Record.Search.FullText;

/// <summary>Forgets all words, so that the index reads them anew from the log while the hub serves.</summary>
public static class ReadWordsAnew
{
    /// <exception cref="DatabaseUnavailableException">The database cannot keep it now.</exception>
    public static async Task RunAsync(RecordStore record, CancellationToken cancel)
    {
        var outcome = await record.WithWriterAsync<int>(
            session =>
            {
                FullTextTables.Recreate(session.Reading, record.Database.Engine);
                return 0;
            },
            cancel);
        if (outcome.Refusal is { } refusal)
            throw new DatabaseUnavailableException(refusal.Text);
    }
}

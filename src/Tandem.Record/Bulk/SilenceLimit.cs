namespace Tandem.Record.Bulk;

/// <summary>How long a file's host may send nothing before the file is given up.</summary>
/// <param name="Url">The file.</param>
/// <param name="Longest">How long.</param>
internal sealed record SilenceLimit(string Url, TimeSpan Longest)
{
    /// <summary>What the host answers.</summary>
    /// <exception cref="BulkException">It sent nothing for too long.</exception>
    internal async Task<T> WithinAsync<T>(Func<CancellationToken, Task<T>> ask, CancellationToken cancel)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        late.CancelAfter(Longest);
        try
        {
            return await ask(late.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new BulkException($"{Url} sent nothing for {Longest.TotalSeconds:0.#} seconds.");
        }
    }
}

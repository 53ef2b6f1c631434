using Microsoft.AspNetCore.Http;

namespace Tandem.Trust.Provisioning.Scim;

/// <summary>
/// Directories change one thing after the other here: a resource is read, held against <c>If-Match</c>, patched and saved in several writes, and nothing of another request may come
/// between. Across nodes, what keeps two changes of one user apart is <see cref="ScimUsers.SaveAsync"/>.
/// </summary>
internal sealed class ScimTurn : IDisposable
{
    private readonly SemaphoreSlim turn = new(1);

    internal async Task<IResult> TakeAsync(Func<Task<IResult>> change, CancellationToken cancel)
    {
        await turn.WaitAsync(cancel);
        try
        {
            return await change();
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose() => turn.Dispose();
}

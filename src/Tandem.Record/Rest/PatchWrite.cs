using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;

namespace Tandem.Record.Rest;

/// <summary>
/// A write with patches in it. What they make is worked out before the writer's turn comes; where the turn finds another version than that, or one that only a query
/// finds, files in it are looked at outside and the write asks for another turn. So nobody's write waits for a virus scanner.
/// </summary>
internal static class PatchWrite
{
    private const int MoreTurns = 3;

    /// <param name="request">On whose behalf, and where.</param>
    /// <param name="patches">All patches of the write; without an id those of what a query finds.</param>
    /// <param name="write">What is decided and staged; it may be called several times.</param>
    /// <returns>What <paramref name="write"/> gave; Conflict when others were always faster.</returns>
    internal static async Task<Outcome<T>> RunAsync<T>(
        FhirRequest request, IReadOnlyList<(string Type, string? Id, PatchedResource Patch)> patches, Func<WriteSession, Outcome<T>> write)
    {
        var store = request.Service.Store;
        foreach (var (type, id, patch) in patches)
        {
            if (id is not null && store.Read(type, id, request.Scope).Succeeded(out var current, out _))
                patch.Prepare(current);
        }

        List<(string Type, string Id)> expected = [.. patches.Where(patch => patch.Id is not null).Select(patch => (patch.Type, patch.Id!))];
        for (var turns = patches.Count + MoreTurns; ; turns--)
        {
            var outcome = await store.WriteAsync(request.Scope, write, expected, request.Cancel);
            if (outcome.Refusal is null || turns == 0 || !CatchUp(patches))
                return outcome;
        }
    }

    private static bool CatchUp(IReadOnlyList<(string Type, string? Id, PatchedResource Patch)> patches)
    {
        var isLater = false;
        foreach (var (_, _, patch) in patches)
            isLater |= patch.CatchUp();
        return isLater;
    }
}

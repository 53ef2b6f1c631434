using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;

namespace Tandem.Record.Rest;

/// <summary>
/// A write with patches in it. What they make is worked out before the writer's turn comes; where the turn finds another version than that, it is worked out of this one outside and
/// the write asks for another turn. So nobody's write waits for somebody's patch, but for a small one.
/// </summary>
internal static class PatchWrite
{
    private const int MostTurns = 50;

    /// <param name="request">On whose behalf, and where.</param>
    /// <param name="patches">All patches of the write; without an id those of what their criteria find.</param>
    /// <param name="write">What is decided and staged; it may be called several times.</param>
    /// <returns>What <paramref name="write"/> gave; Conflict when others were always faster.</returns>
    internal static async Task<Outcome<T>> RunAsync<T>(FhirRequest request, IReadOnlyList<PatchOf> patches, Func<WriteSession, Outcome<T>> write)
    {
        var store = request.Service.Store;
        foreach (var (type, id, criteria, patch) in patches)
        {
            var current = id is null ? await criteria.FindAheadAsync(request.Scope, request.Limit) : store.Read(type, id, request.Scope, request.Limit).Succeeded(out var read, out _) ? read : null;
            if (current is not null)
                patch.Prepare(current);
        }

        List<(string Type, string Id)> expected = [.. patches.Where(patch => patch.Id is not null).Select(patch => (patch.Type, patch.Id!))];
        for (var turn = 1; ; turn++)
        {
            var outcome = await store.WriteAsync(request.Scope, Turn, expected, request.Cancel);
            if (outcome.Refusal is null || turn == MostTurns || !CatchUp(patches))
                return outcome;
        }

        Outcome<T> Turn(WriteSession session)
        {
            foreach (var of in patches)
                of.Patch.Begin();
            return write(session);
        }
    }

    private static bool CatchUp(IReadOnlyList<PatchOf> patches)
    {
        var isLater = false;
        foreach (var of in patches)
            isLater |= of.Patch.CatchUp();
        return isLater;
    }
}

/// <summary>A patch and what it changes: the resource with the id, or without one what the criteria find.</summary>
internal sealed record PatchOf(string Type, string? Id, Criteria Criteria, PatchedResource Patch);

using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;

namespace Tandem.Record.Rest;

/// <summary>
/// A write with patches in it. What they make is worked out before the writer's turn comes; where the turn finds another version than that, it is worked out of this one outside and
/// the write asks for another turn, in line with others that patch the same (<see cref="PatchLines"/>). So nobody's write waits for somebody's patch, but for a small one.
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
        var (store, lines) = (request.Service.Store, request.Service.PatchLines);
        var there = await AheadAsync(request, patches, request.Scope);
        var place = lines.IsAnyAt(Named(there)) ? await lines.EnterAsync(Named(there), request.Cancel) : null;
        try
        {
            Prepare(place is null ? there : await AheadAsync(request, patches, Silent(request)));
            List<(string Type, string Id)> expected = [.. patches.Where(patch => patch.Id is not null).Select(patch => (patch.Type, patch.Id!))];
            for (var turn = 1; ; turn++)
            {
                var outcome = await store.WriteAsync(request.Scope, Turn, expected, request.Cancel);
                List<(PatchOf Of, ResourceVersion Current)> owed = [.. patches.Where(of => of.Patch.Owed is not null).Select(of => (of, of.Patch.Owed!))];
                if (outcome.Refusal is null || turn == MostTurns || owed.Count == 0)
                    return outcome;
                if (place is null && (place = await lines.EnterAsync(Named(owed), request.Cancel)) is not null)
                    owed = await AheadAsync(request, [.. owed.Select(one => one.Of)], Silent(request)); // who was before it in line has changed it
                Prepare(owed);
            }
        }
        finally
        {
            place?.Dispose();
        }

        Outcome<T> Turn(WriteSession session)
        {
            foreach (var of in patches)
                of.Patch.Begin();
            return write(session);
        }
    }

    /// <summary>What is to be patched, as it stands before the writer's turn; without what is not found.</summary>
    private static async Task<List<(PatchOf Of, ResourceVersion Current)>> AheadAsync(FhirRequest request, IReadOnlyList<PatchOf> patches, AccessScope scope)
    {
        var there = new List<(PatchOf, ResourceVersion)>(patches.Count);
        foreach (var of in patches)
        {
            var current = of.Id is null ? await of.Criteria.FindAheadAsync(scope, request.Limit)
                : request.Service.Store.Read(of.Type, of.Id, scope, request.Limit).Succeeded(out var read, out _) ? read : null;
            if (current is not null)
                there.Add((of, current));
        }

        return there;
    }

    private static void Prepare(List<(PatchOf Of, ResourceVersion Current)> there) => there.ForEach(one => one.Of.Patch.Prepare(one.Current));

    private static List<(string Type, string Id)> Named(List<(PatchOf Of, ResourceVersion Current)> there) => there.ConvertAll(one => (one.Current.Type, one.Current.Id));

    /// <summary>Reads again what was read before.</summary>
    private static AccessScope Silent(FhirRequest request) => request.Scope with { Trail = AccessTrail.None };
}

/// <summary>A patch and what it changes: the resource with the id, or without one what the criteria find.</summary>
internal sealed record PatchOf(string Type, string? Id, Criteria Criteria, PatchedResource Patch);

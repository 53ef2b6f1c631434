using System.Text.Json;
using Tandem.Kernel.Actors;

namespace Tandem.Record.Access;

/// <summary>
/// A scope as text, for work that goes on after the request that began it: exports, subscriptions. What it reaches then is asked anew;
/// see <see cref="IScopeRenewal"/>.
/// </summary>
internal static class KeptScope
{
    internal static string ToText(AccessScope scope) => JsonSerializer.Serialize(new Kept(
        scope.Actor.Reference, scope.Actor.Display, scope.Organization, scope.Role, scope.Purpose, scope.Teams, KeptReach.ToText(scope.Reach), scope.App));

    internal static AccessScope Read(string text)
    {
        var kept = JsonSerializer.Deserialize<Kept>(text)!;
        return new AccessScope(new Actor(kept.Actor, kept.Display), kept.Organization, kept.Role, kept.Purpose, KeptReach.Read(kept.Reach)) { Teams = kept.Teams, App = kept.App };
    }

    private sealed record Kept(string Actor, string Display, string? Organization, string Role, string Purpose, IReadOnlyList<string> Teams, string Reach, string? App = null);
}

/// <summary>A reach as text: the name of an unlimited one, else its layers as JSON.</summary>
internal static class KeptReach
{
    internal static string ToText(Reach reach) => reach.IsLimited ? JsonSerializer.Serialize(reach.Layers.Select(KeptLayer.Of))
        : reach == Reach.Everyone ? nameof(Reach.Everyone) : nameof(Reach.NoOne);

    internal static Reach Read(string text) => text switch
    {
        nameof(Reach.Everyone) => Reach.Everyone,
        nameof(Reach.NoOne) => Reach.NoOne,
        _ => JsonSerializer.Deserialize<List<KeptLayer>>(text)!.Aggregate(Reach.Everyone, (reach, layer) => reach.Within(layer.Layer)),
    };

    private sealed record KeptLayer(string Name, IReadOnlyList<KeptGrant> Grants, IReadOnlyList<string> Parties, IReadOnlyList<string> Recipients, string Purpose, DateTimeOffset At, string? Authorization = null, IReadOnlyList<string>? Hidden = null)
    {
        internal AccessLayer Layer => new(Name, [.. Grants.Select(grant => grant.Grant)]) { Parties = Parties, Recipients = Recipients, Purpose = Purpose, At = At, Authorization = Authorization, Hidden = Hidden ?? [] };

        internal static KeptLayer Of(AccessLayer layer) => new(layer.Name, [.. layer.Grants.Select(KeptGrant.Of)], layer.Parties, layer.Recipients, layer.Purpose, layer.At, layer.Authorization, layer.Hidden);
    }

    private sealed record KeptGrant(
        Interactions Interactions, IReadOnlyList<string> Types, string Whose, IReadOnlyList<string> Ids, TimeSpan Afterwards, string Query, IReadOnlyList<string> Withheld, string Needs, bool AsksConsent)
    {
        internal Grant Grant => new(Interactions, Types, Read())
        {
            Query = Query, Withheld = Withheld, Needs = Needs, AsksConsent = AsksConsent,
        };

        internal static KeptGrant Of(Grant grant) => new(
            grant.Interactions,
            grant.Types,
            grant.Whose.GetType().Name,
            grant.Whose is Whose.These these ? these.Ids : [],
            grant.Whose is Whose.Known known ? known.Afterwards : TimeSpan.Zero,
            grant.Query,
            grant.Withheld,
            grant.Needs,
            grant.AsksConsent);

        private Whose Read() => Whose switch
        {
            nameof(Kernel.Actors.Whose.Everybody) => Kernel.Actors.Whose.Anyone,
            nameof(Kernel.Actors.Whose.Nobody) => Kernel.Actors.Whose.NoOnes,
            nameof(Kernel.Actors.Whose.Known) => Kernel.Actors.Whose.Related(Afterwards),
            _ => Kernel.Actors.Whose.Of(Ids),
        };
    }
}

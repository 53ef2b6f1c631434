using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Log;

namespace Tandem.Record.Rest;

/// <summary>
/// The notice that goes with every disclosure of substance use records (42 CFR 2.32(a)(2)): in a header of each answer that holds one, for whoever is not the hub itself.
/// </summary>
internal static class Redisclosure
{
    internal const string Header = "Redisclosure";

    internal const string Notice = "42 CFR part 2 prohibits unauthorized use or disclosure of these records.";

    /// <summary>It bears the label, or points to what does: a report or a task tells a result as well as the result itself.</summary>
    internal const string ReadLabelled =
        "SELECT 1 FROM access_labels WHERE rid = $1 AND label = 'ETH' UNION ALL "
        + "SELECT 1 FROM search_references f CROSS JOIN access_labels b WHERE f.rid = $1 AND b.target = f.target AND b.type = f.type AND b.label = 'ETH' LIMIT 1";

    /// <summary>Puts the notice on an answer that holds these resources, when it has to bear one.</summary>
    internal static void Mark(FhirRequest request, IEnumerable<ResourceVersion> disclosed)
    {
        if (IsOwed(request.Service.Store, request.Scope, disclosed, request.Limit))
            request.Http.Response.Headers[Header] = Notice;
    }

    /// <summary>The answer to a part of a request bears the notice: so does the whole.</summary>
    internal static void PassOn(FhirRequest part, FhirRequest whole)
    {
        if (part.Http.Response.Headers.TryGetValue(Header, out var notice))
            whole.Http.Response.Headers[Header] = notice;
    }

    /// <summary>True when any of what a scope is shown bears the notice.</summary>
    internal static bool IsOwed(RecordStore store, AccessScope scope, IEnumerable<ResourceVersion> disclosed, ReadLimit? limit = null) =>
        IsOwed(scope) && store.Database.Read(session => disclosed.Any(version => IsLabelled(session, version.Rid)), limit);

    /// <summary>True for scopes that labels and consents are asked for: everybody's but the hub's own.</summary>
    internal static bool IsOwed(AccessScope scope) => scope.Reach.Layers.Any(layer => layer.Grants.Any(grant => grant.Withheld.Count > 0 || grant.AsksConsent));

    internal static bool IsLabelled(DbSession session, long rid) => session.First(ReadLabelled, row => row.Integer(0), rid) == 1;
}

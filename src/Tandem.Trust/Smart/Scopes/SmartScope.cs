using Tandem.Fhir.Definitions;
using Tandem.Kernel.Actors;
using Tandem.Record.Access;

namespace Tandem.Trust.Smart;

/// <summary>One scope for resources: <c>patient/Observation.rs?category=laboratory</c> (SMART App Launch 2.2), or in the words of v1 <c>patient/Observation.read</c>.</summary>
/// <param name="Context">Whose reach.</param>
/// <param name="Type">A resource type, or <c>*</c>.</param>
/// <param name="Acts">What may be done.</param>
/// <param name="Query">Search parameters that narrow it, as in an address; null for none.</param>
/// <param name="Text">As it was written.</param>
public sealed record SmartScope(ScopeContext Context, string Type, Interactions Acts, string? Query, string Text)
{
    /// <summary>Reads one; null when it is not one.</summary>
    public static SmartScope? Parse(string text)
    {
        var question = text.IndexOf('?', StringComparison.Ordinal);
        var (head, query) = question < 0 ? (text, null) : (text[..question], text[(question + 1)..]);
        if (head.Split('/') is not [var context, var rest] || rest.Split('.') is not [var type, var acts])
            return null;
        if (ContextOf(context) is not { } known || ActsOf(acts, isNarrowed: query is not null) is not { } allowed)
            return null;
        if (type != "*" && !R4.IsResourceType(type))
            return null;
        return query is null || IsQuery(type, query) ? new SmartScope(known, type, allowed, query, text) : null;
    }

    /// <summary>True when this allows everything the other allows.</summary>
    public bool Covers(SmartScope other) =>
        Context == other.Context && (Type == "*" || Type == other.Type) && (Acts & other.Acts) == other.Acts && (Query is null || Query == other.Query);

    private static ScopeContext? ContextOf(string word) => word switch
    {
        "patient" => ScopeContext.Patient,
        "user" => ScopeContext.User,
        "system" => ScopeContext.System,
        _ => null,
    };

    /// <summary>Letters stand in the order of <c>cruds</c>, each once; the words of v1 are read as v2 says (they have no query).</summary>
    private static Interactions? ActsOf(string text, bool isNarrowed)
    {
        switch (text)
        {
            case "read" when !isNarrowed:
                return Interactions.Look;
            case "write" when !isNarrowed:
                return Interactions.Change;
            case "*" when !isNarrowed:
                return Interactions.All;
        }

        return InteractionLetters.Parse(text);
    }

    /// <summary>Only conditions that the record can hold a resource against by itself: what the hub cannot follow it does not promise.</summary>
    private static bool IsQuery(string type, string query) => type != "*" && GrantQuery.Problem(type, query) is null;
}

using Tandem.Fhir.Json;
using Tandem.Fhir.Search;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;

namespace Tandem.Record.Search.Site;

/// <summary>
/// Refuses a SearchParameter that is active and cannot be followed, so that nobody waits for an index that never comes. Drafts, retired ones and those whose
/// name the specification has already are kept as they are.
/// </summary>
internal sealed class SiteParameterRules : IWriteRule
{
    public bool Wants(string type) => type == "SearchParameter";

    public Refusal? Refuse(WriteSession session, Change change)
    {
        if (change.After.Deleted || !IsInForce(change.After))
            return null;
        SiteSearchParameter.Read(change.After.Root, SiteSearchParameter.First, (_, url, _) => Find(session, url), out var reason);
        return reason is null ? null
            : Refusal.Unprocessable("", new RefusalDetail("not-supported", $"{reason} As a draft it is kept without being searched by.", "SearchParameter"));
    }

    /// <summary>A parameter that is there, or comes with the same write.</summary>
    private static FhirNode Find(WriteSession session, string url) => DefinedParameters.Find(
        [.. session.Changes.Select(change => change.After).Where(after => after is { Type: "SearchParameter", Deleted: false }), .. session.Query(SiteParameterTable.Defined, LogTables.Read)], url);

    /// <summary>True for a definition that is meant to be used.</summary>
    internal static bool IsInForce(ResourceVersion version) => version.Root["status"u8].Is("active"u8);
}

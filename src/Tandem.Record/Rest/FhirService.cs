using Microsoft.Extensions.Logging;
using Tandem.Fhir.Search;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Bulk;
using Tandem.Record.Files;
using Tandem.Record.Log;
using Tandem.Record.Search;
using Tandem.Record.Search.FullText;
using Tandem.Record.Terminology;
using Tandem.Record.Validation;

namespace Tandem.Record.Rest;

/// <summary>What the interactions work with.</summary>
internal sealed class FhirService(
    RecordStore store, RecordSearch search, PageKey pageKey, FullTextIndex fullText, BulkJobs bulk, SiteDefinitions definitions, WriteRules rules, TimeProvider clock, RestLimits limits,
    FileGuard files, AuthorizationAddresses authorization, ILogger<FhirService> log)
{
    internal RecordStore Store => store;

    internal RecordSearch Search => search;

    internal PageKey PageKey => pageKey;

    internal BulkJobs Bulk => bulk;

    /// <summary>Profiles, rules and codes.</summary>
    internal SiteDefinitions Definitions => definitions;

    /// <summary>What is refused, told or passed over at writes.</summary>
    internal WriteRules Rules => rules;

    internal TimeProvider Clock => clock;

    internal RestLimits Limits => limits;

    /// <summary>What the server says it can do.</summary>
    internal Capabilities.Current Capabilities { get; } = new(clock.GetUtcNow());

    /// <summary>What the server says it can be asked about codes.</summary>
    internal TerminologyStatement.Current Terminology { get; } = new(clock.GetUtcNow());

    /// <summary>Where apps are let in.</summary>
    internal AuthorizationAddresses Authorization => authorization;

    /// <summary>Looks at the files in resources.</summary>
    internal FileGuard Files => files;

    /// <summary>Who patches a resource after whom.</summary>
    internal PatchLines PatchLines { get; } = new();

    internal ILogger Log => log;

    /// <summary>Waits, when a search asks for words, until the words of everything written so far have been read.</summary>
    internal async ValueTask<Refusal?> CaughtUpAsync(SearchQuery query, CancellationToken cancel) =>
        query.Clauses.Any(FullTextCondition.IsAsked) ? await fullText.CaughtUpAsync(cancel) : null;
}

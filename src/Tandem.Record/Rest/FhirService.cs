using Microsoft.Extensions.Logging;
using Tandem.Record.Bulk;
using Tandem.Record.Log;
using Tandem.Record.Search;
using Tandem.Record.Validation;

namespace Tandem.Record.Rest;

/// <summary>What the interactions work with.</summary>
internal sealed class FhirService(
    RecordStore store, RecordSearch search, PageKey pageKey, BulkJobs bulk, SiteDefinitions definitions, ValidationSettings validation, TimeProvider clock, RestLimits limits,
    ILogger<FhirService> log)
{
    internal RecordStore Store => store;

    internal RecordSearch Search => search;

    internal PageKey PageKey => pageKey;

    internal BulkJobs Bulk => bulk;

    /// <summary>Profiles, rules and codes.</summary>
    internal SiteDefinitions Definitions => definitions;

    internal ValidationSettings Validation => validation;

    internal TimeProvider Clock => clock;

    internal RestLimits Limits => limits;

    internal ILogger Log => log;
}

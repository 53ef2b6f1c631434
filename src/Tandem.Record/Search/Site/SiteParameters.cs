using Tandem.Fhir.Json;
using Tandem.Fhir.Search;
using Tandem.Kernel.Data;
using Tandem.Record.Log;

namespace Tandem.Record.Search.Site;

/// <summary>
/// The site's own search parameters that are in force. They change on the writer's thread only, between two writes, so that what a write projects and
/// what indexing has read always fit. Thread-safe for readers.
/// </summary>
public sealed class SiteParameters
{
    private readonly Database? database;
    private readonly SearchIndexOptions plain;
    private volatile SearchIndexOptions? current;

    /// <summary>Those of a database, read from it at first use.</summary>
    public SiteParameters(Database database, SearchIndexOptions options) => (this.database, plain) = (database, options);

    private SiteParameters(SearchIndexOptions options) => (plain, current) = (options, options);

    /// <summary>What values are read with: the zone, the record's address and the parameters in force.</summary>
    public SearchIndexOptions Options => current ?? ReadOnce();

    /// <summary>The parameters in force.</summary>
    public SiteSearchParameters Current => Options.Site;

    /// <summary>No parameters but the specification's.</summary>
    internal static SiteParameters Without(SearchIndexOptions options) => new(options);

    /// <summary>Puts other parameters in force. On the writer's thread.</summary>
    internal void Use(IEnumerable<SiteSearchParameter> parameters) => current = plain with { Site = new(parameters) };

    /// <summary>The parameter that an entry of the log defines.</summary>
    /// <param name="resource">The SearchParameter resource.</param>
    /// <param name="progress">How far it is.</param>
    /// <param name="defined">All SearchParameter resources there are.</param>
    internal static SiteSearchParameter? Define(FhirNode resource, SiteParameterProgress progress, IReadOnlyList<ResourceVersion> defined) =>
        SiteSearchParameter.Read(resource, progress.Number, (_, url, _) => DefinedParameters.Find(defined, url), out _) is { } read ? read with { IsReady = progress.State == SiteParameterState.Ready } : null;

    /// <summary>What the writer has put in force meanwhile stays.</summary>
    private SearchIndexOptions ReadOnce()
    {
        var read = database!.Read(session => plain with { Site = Of(session) });
        return Interlocked.CompareExchange(ref current, read, null) ?? read;
    }

    private static SiteSearchParameters Of(DbSession session)
    {
        var rows = session.Query(SiteParameterTable.ReadAll, SiteParameterTable.Read).Where(row => row.State is SiteParameterState.Indexing or SiteParameterState.Ready);
        var defined = session.Query(SiteParameterTable.Defined, LogTables.Read);
        return new(rows.ToList().Select(row => Define(session.First(LogTables.ReadSeq, LogTables.Read, row.Seq)!.Root, row, defined)).OfType<SiteSearchParameter>());
    }
}

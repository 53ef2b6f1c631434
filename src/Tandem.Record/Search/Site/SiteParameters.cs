using Tandem.Fhir.Json;
using Tandem.Fhir.Search;
using Tandem.Fhir.Views;
using Tandem.Kernel.Data;
using Tandem.Record.Log;
using Tandem.Record.Projections;

namespace Tandem.Record.Search.Site;

/// <summary>
/// The site's own search parameters that are in force. They change on the writer's thread only, between two writes, so that what a write projects and
/// what indexing has read always fit; what another node has changed is taken over before the next write here. Thread-safe for readers.
/// </summary>
public sealed class SiteParameters
{
    private readonly Lock gate = new();
    private readonly Database? database;
    private readonly SearchIndexOptions plain;
    private volatile SearchIndexOptions? current;
    private long standing; // of what is in force
    private int turn; // grows whenever something else is in force

    /// <summary>Those of a database, read from it at first use.</summary>
    public SiteParameters(Database database, SearchIndexOptions options) => (this.database, plain) = (database, options);

    private SiteParameters(SearchIndexOptions options) => (plain, current) = (options, options);

    /// <summary>What values are read with: the zone, the record's address and the parameters in force.</summary>
    public SearchIndexOptions Options => current ?? Read();

    /// <summary>The parameters in force.</summary>
    public SiteSearchParameters Current => Options.Site;

    /// <summary>For which resources their expressions failed.</summary>
    internal SiteParameterFailures Failures { get; } = new();

    /// <summary>The record's own addresses.</summary>
    internal OwnAddresses Own => plain.Own;

    /// <summary>No parameters but the specification's.</summary>
    internal static SiteParameters Without(SearchIndexOptions options) => new(options);

    /// <summary>Puts other parameters in force. On the writer's thread, as the last thing that may fail before the commit.</summary>
    /// <param name="parameters">All that are in force.</param>
    /// <param name="stands">How they stand (<see cref="SiteParameterProgress.Standing"/>).</param>
    internal void Use(IEnumerable<SiteSearchParameter> parameters, long stands) => Set(plain with { Site = new(parameters) }, stands);

    /// <summary>How they stand in the database, of which nobody writes the next state at this moment. On the writer's thread.</summary>
    internal void Follow(long stands)
    {
        if (current is not null && stands != standing)
            Forget();
    }

    /// <summary>What was put in force does not hold: the database says what does. On the writer's thread.</summary>
    internal void Forget()
    {
        if (database is not null)
            Set(null, 0);
    }

    /// <summary>The parameter that an entry of the log defines.</summary>
    /// <param name="resource">The SearchParameter resource.</param>
    /// <param name="progress">How far it is.</param>
    /// <param name="defined">All SearchParameter resources there are.</param>
    internal static SiteSearchParameter? Define(FhirNode resource, SiteParameterProgress progress, IReadOnlyList<ResourceVersion> defined) =>
        SiteSearchParameter.Read(resource, progress.Number, (_, url, _) => DefinedParameters.Find(defined, url), out _) is { } read
            ? read.ComparedBy(progress.Parts) with { IsReady = progress.State == SiteParameterState.Ready }
            : null;

    private void Set(SearchIndexOptions? options, long stands)
    {
        lock (gate)
        {
            (current, standing) = (options, stands);
            turn++;
        }
    }

    /// <summary>What the writer has put in force meanwhile stays; what was read before it changed is read again.</summary>
    private SearchIndexOptions Read()
    {
        while (true)
        {
            var before = Volatile.Read(ref turn);
            var (read, stands) = database!.Read(session => // how they stand first: if they change meanwhile, they are taken for older than they are and read once more
            {
                var stands = session.First(RebuildRows.ReadSettings, row => (long?)row.Integer(0), RebuildRows.NameOfSettings("search")) ?? 0;
                return (plain with { Site = Of(session) }, stands);
            });
            lock (gate)
            {
                if (current is { } known)
                    return known;
                if (before != turn)
                    continue;
                (current, standing) = (read, stands);
                return read;
            }
        }
    }

    private static SiteSearchParameters Of(DbSession session)
    {
        var rows = session.Query(SiteParameterTable.ReadAll, SiteParameterTable.Read).Where(row => row.State is SiteParameterState.Indexing or SiteParameterState.Ready);
        var defined = session.Query(SiteParameterTable.Defined, LogTables.Read);
        return new(rows.ToList().Select(row => Define(session.First(LogTables.ReadSeq, LogTables.Read, row.Seq)!.Root, row, defined)).OfType<SiteSearchParameter>());
    }
}

using Tandem.Benchmarks.Alert;
using Tandem.Benchmarks.Audit;
using Tandem.Benchmarks.Backup;
using Tandem.Benchmarks.Cost;
using Tandem.Benchmarks.Fhir;
using Tandem.Benchmarks.Flushes;
using Tandem.Benchmarks.Mllp;
using Tandem.Benchmarks.Rebuild;
using Tandem.Benchmarks.Search;
using Tandem.Benchmarks.Worklist;

namespace Tandem.Benchmarks;

/// <summary>A benchmark: what it measures and the machine's limit for it, in one run.</summary>
/// <param name="Name">The word on the command line and the file's name in bench/results.</param>
/// <param name="Title">One sentence.</param>
/// <param name="RunAsync">Measures and fills the table.</param>
internal sealed record Bench(string Name, string Title, Func<ResultTable, Task> RunAsync);

/// <summary>All benchmarks.</summary>
internal static class Catalogue
{
    internal static readonly IReadOnlyList<Bench> All =
    [
        new("fhir", "FHIR create, update, transaction, import and read, durable, over HTTP, on both engines", FhirBench.RunAsync),
        new("cost", "What a create, an update and a transaction of ten cost, on both engines", CostBench.RunAsync),
        new("search", "Searches over HTTP among Synthea patients, on both engines", SearchBench.RunAsync),
        new("audit", "What the audit costs: the same requests with an event for each patient touched, and without", AuditBench.RunAsync),
        new("mllp", "HL7 v2 over MLLP: kept durably, then acknowledged; and until everything is applied", MllpBench.RunAsync),
        new("alert", "A critical laboratory report, from its sending to the row on an open worklist", AlertBench.RunAsync),
        new("worklist", "A worklist with many open loops", WorklistBench.RunAsync),
        new("rebuild", "Rebuilding a projection while the hub serves", RebuildBench.RunAsync),
        new("upgrade", "What the first start of another version makes anew, on both engines", UpgradeBench.RunAsync),
        new("backup", "Backing a hub with Synthea patients up, verifying the backup and restoring it, on both engines", BackupBench.RunAsync),
        new("flushes", "Acknowledgements per flush, as the disk is and with each flush two milliseconds longer", FlushBench.RunAsync),
    ];
}

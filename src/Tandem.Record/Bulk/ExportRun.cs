using System.Globalization;
using Tandem.Fhir.Json;
using Tandem.Fhir.Views;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Access;
using Tandem.Record.Log;
using Tandem.Record.Rest;
using Tandem.Record.Search;

namespace Tandem.Record.Bulk;

/// <summary>
/// Writes an export: the record as it stood at one place of its log, whatever is written meanwhile. Begun anew after a restart, from the same place.
/// </summary>
internal sealed class ExportRun(RecordStore record, RecordSearch search, BulkJobs jobs, BulkJob job, AccessTrail trail)
{
    private const int TellEvery = 20; // pages
    private const string Provenance = "Provenance";

    internal const string ReadTypes = "SELECT DISTINCT type FROM log ORDER BY type";

    /// <summary>Versions that were the newest of their resource at the place $3.</summary>
    internal const string ReadPage =
        $"SELECT {LogTables.Columns} FROM log l WHERE l.type = $1 AND l.seq > $2 AND l.seq <= $3 /*reach seq:l.seq*/ "
        + "AND NOT EXISTS (SELECT 1 FROM log n WHERE n.rid = l.rid AND n.version = l.version + 1 AND n.seq <= $3) ORDER BY l.seq LIMIT $4";

    /// <summary>As the other, of what is still there as it was: whom a group named before, nobody can say any more (see <see cref="ReachedVersions"/>).</summary>
    internal const string ReadCurrentPage =
        $"SELECT {LogTables.Columns} FROM log l WHERE l.type = $1 AND l.seq > $2 AND l.seq <= $3 /*reach rid:l.rid*/ "
        + "AND EXISTS (SELECT 1 FROM resources r WHERE r.rid = l.rid AND r.seq = l.seq AND r.deleted = 0) ORDER BY l.seq LIMIT $4";

    internal const string ReadAt = "SELECT at FROM log WHERE seq >= $1 ORDER BY seq LIMIT 1";

    private readonly AssociatedProvenance? along = AssociatedProvenance.Of(ExportPlan.FromJson(job.Plan), search.Options.Own);

    private readonly ExportPlan plan = ExportPlan.FromJson(job.Plan);
    private readonly string folder = jobs.Options.ExportOf(job.Id);
    private readonly HashSet<string> noted = new(StringComparer.Ordinal); // one event for each patient, however many resources
    private readonly bool isOwed = Redisclosure.IsOwed(job.Scope);
    private bool isProtected;
    private long written;

    /// <returns>The job with its files.</returns>
    internal async Task<BulkJob> RunAsync(CancellationToken cancel)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        var (last, at) = await StandAsync(cancel);
        var first = plan.Since is { } since ? FirstAt(since, last) : 1;
        var patients = ExportedPatients.Of(plan, record, job.Scope, search.Options, job.At); // who was in it when it was asked for, also after a restart
        var files = new List<BulkFile>();
        using var deletions = new NdjsonFiles(folder, "deleted", "Bundle", "deleted", jobs.Options.PerFile);
        foreach (var type in Types())
        {
            using var output = new NdjsonFiles(folder, "output", type, type, jobs.Options.PerFile) { Shape = plan.ShapeOf(type) };
            isProtected = false;
            await WriteAsync(type, (first, last), patients, output, deletions, cancel);
            files.AddRange(output.Files.Select(file => file with { IsProtected = isProtected }));
        }

        await KeepTrailAsync(); // also when there was nothing to export
        return job with { Files = [.. files, .. deletions.Files, .. LeftOut()], Time = at };
    }

    /// <summary>Tells what was asked for and left out, for who asked leniently (Bulk Data 2, "error").</summary>
    private IReadOnlyList<BulkFile> LeftOut()
    {
        using var errors = new NdjsonFiles(folder, "error", "OperationOutcome", "errors", jobs.Options.PerFile);
        foreach (var left in plan.LeftOut)
            errors.Write(OperationOutcomeJson.Of("warning", left));
        return errors.Files;
    }

    /// <summary>What is written, in this order: Provenance that goes along comes last, when it is known what it may be about.</summary>
    private IEnumerable<string> Types()
    {
        var types = plan.Types.Count > 0 ? plan.Types : record.Database.Read(session => session.Query(ReadTypes, row => row.Text(0)));
        return along is null ? types : types.Where(type => type != Provenance).Append(Provenance);
    }

    /// <summary>The place of the log that the export is of: taken once, kept for a restart.</summary>
    private async Task<(long Last, DateTimeOffset At)> StandAsync(CancellationToken cancel)
    {
        if (job.Cursor.Length == 0)
        {
            var (last, at) = record.Database.Read(session => session.First(LogTables.LastSeq, row => (row.Integer(0), row.Instant(1))));
            job = job with { Cursor = last.ToString(CultureInfo.InvariantCulture), Time = last == 0 ? job.At : at };
            await jobs.KeepAsync(job, cancel);
        }

        return (long.Parse(job.Cursor, CultureInfo.InvariantCulture), job.Time!.Value);
    }

    private async Task WriteAsync(string type, (long First, long Last) span, ExportedPatients? patients, NdjsonFiles output, NdjsonFiles deletions, CancellationToken cancel)
    {
        var filtered = Filtered(type);
        var about = along is not null && type == Provenance ? About(along, span.Last, cancel) : null;
        var pages = new VersionPages(job.Scope.Reach.IsLimited && GroupMembers.IsOne(type) ? ReadCurrentPage : ReadPage, type, about is null ? span.First - 1 : 0, span.Last); // what goes along may be older than what it is about
        for (var read = 1; !pages.IsAtEnd; read++)
        {
            cancel.ThrowIfCancellationRequested();
            var page = record.Database.Read(session =>
            {
                var shown = pages.Next(session, job.Scope).ShownTo(job.Scope.Reach);
                isProtected |= isOwed && !isProtected && shown.Exists(version => Redisclosure.IsLabelled(session, version.Rid));
                return shown;
            });
            foreach (var version in page)
            {
                var isAbout = about?.Contains(version.Rid) == true;
                if (!isAbout && (version.Seq < span.First || patients?.Hold(version) == false))
                    continue;
                if (version.Deleted)
                    WriteDeletion(version, deletions);
                else if ((isAbout || plan.Takes(type)) && filtered?.Contains(version.Rid) != false)
                    Write(Noted(version), output);
            }

            if (trail.HasNews)
                await KeepTrailAsync();
            if (read % TellEvery == 0)
                await jobs.KeepAsync(job with { Progress = string.Create(CultureInfo.InvariantCulture, $"{type}: {written:N0} resources written") }, cancel);
        }
    }

    /// <summary>The files can be fetched only when the job is done, so it fails where its trail cannot be kept.</summary>
    private async Task KeepTrailAsync()
    {
        if (await trail.KeepAsync(job.Scope, 0) is { } refusal)
            throw new BulkException(refusal.Text);
    }

    private void Write(ResourceVersion version, NdjsonFiles output)
    {
        foreach (var patient in PatientOf.Others(version, search.Options.Own).Prepend(version.Patient).OfType<string>().Where(noted.Add))
            trail.Shown(patient);
        output.Write(version.Bytes.Span);
        written++;
    }

    /// <summary>Deletions are told only of what may have been exported before (Bulk Data 2, "deleted").</summary>
    private void WriteDeletion(ResourceVersion version, NdjsonFiles deletions)
    {
        if (plan.Since is null)
            return;
        deletions.Write(FhirWriter.Resource("Bundle", bundle => bundle.Text("type", "transaction").Array(
            "entry", entries => entries.Item(entry => entry.Object("request", request => request.Text("method", "DELETE").Text("url", version.Reference))))));
    }

    /// <summary>The numbers of the resources that one of the type's filters finds; null when it has none. Filters look at the record as it is now.</summary>
    private HashSet<long>? Filtered(string type)
    {
        var queries = plan.Filters.Select(ExportPlan.Split).Where(filter => filter.Type == type).ToList();
        if (queries.Count == 0)
            return null;
        var found = new HashSet<long>();
        foreach (var (_, query) in queries)
        {
            if (!search.FindNumbers(type, query, job.Scope, plan.Address).Succeeded(out var numbers, out var refusal))
                throw new BulkException(refusal.Details.Count > 0 ? refusal.Details[0].Text : refusal.Text);
            found.UnionWith(numbers);
        }

        return found;
    }

    private ResourceVersion Noted(ResourceVersion version)
    {
        along?.Note(version);
        return version;
    }

    /// <summary>The numbers of the Provenance resources that go along with what was written.</summary>
    private HashSet<long> About(AssociatedProvenance along, long last, CancellationToken cancel)
    {
        var found = new HashSet<long>();
        Each(last, along.Look, cancel);
        Each(
            last,
            version =>
            {
                if (along.Wants(version))
                    found.Add(version.Rid);
            },
            cancel);
        return found;
    }

    private void Each(long last, Action<ResourceVersion> look, CancellationToken cancel)
    {
        var pages = new VersionPages(ReadPage, Provenance, 0, last);
        while (!pages.IsAtEnd)
        {
            cancel.ThrowIfCancellationRequested();
            foreach (var version in record.Database.Read(session => pages.Next(session, job.Scope)).Where(version => !version.Deleted))
                look(version);
        }
    }

    /// <summary>The first place whose entry is not older than an instant; times never fall along the log.</summary>
    private long FirstAt(DateTimeOffset since, long last)
    {
        var (low, high) = (1L, last + 1);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            var at = record.Database.Read(session => session.First(ReadAt, row => row.Instant(0), middle));
            if (at < since)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }
}

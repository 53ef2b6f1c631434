using System.Globalization;
using System.Text.Json;
using Tandem.Fhir.Json;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Bundles;
using Tandem.Record.Files;
using Tandem.Record.Log;
using Tandem.Record.Operations;
using Tandem.Record.Rest;

namespace Tandem.Record.Bulk;

/// <summary>
/// Takes files in, some hundred lines in a commit together with how far it has come, so that a restart goes on behind the last line that was kept. A line
/// that cannot be taken in is told of in a file of OperationOutcomes; the others go on.
/// </summary>
internal sealed class ImportRun(RecordStore record, BulkJobs jobs, BulkJob job)
{
    private const int LongestLine = 32 * 1024 * 1024;
    private const string ErrorsFile = "errors.ndjson";
    private readonly ImportPlan plan = ImportPlan.FromJson(job.Plan);
    private readonly string folder = jobs.Options.ExportOf(job.Id);
    private readonly Dictionary<int, (long Taken, long Refused)> counts = [];
    private string why = ""; // the last line was refused
    private bool isTold; // the file of errors is here and whole
    private Place place = job.Cursor.Length > 0 ? JsonSerializer.Deserialize<Place>(job.Cursor)! : new Place(0, 0, 0, []);

    /// <summary>Where an import goes on.</summary>
    /// <param name="Input">Which file.</param>
    /// <param name="Line">Lines of it that are done.</param>
    /// <param name="Errors">Length of the file of errors by then.</param>
    /// <param name="Counts">Lines taken in and refused, by file.</param>
    /// <param name="Digest">Of those lines (<see cref="FileDigest"/>).</param>
    private sealed record Place(int Input, long Line, long Errors, IReadOnlyList<Tally> Counts, byte[]? Digest = null);

    private sealed record Tally(int Input, long Taken, long Refused);

    /// <returns>The job with its files.</returns>
    internal async Task<BulkJob> RunAsync(CancellationToken cancel)
    {
        foreach (var tally in place.Counts)
            counts[tally.Input] = (tally.Taken, tally.Refused);
        Directory.CreateDirectory(folder);
        await using (var errors = new FileStream(Path.Combine(folder, ErrorsFile), FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read))
        {
            try
            {
                await ReadAllAsync(errors, cancel);
            }
            finally
            {
                CutBack(errors); // what was told of lines that were not kept
            }
        }

        return job with
        {
            Time = jobs.Now,
            Files = [.. plan.Inputs.Select((input, at) => new BulkFile("output", input.Type ?? "Resource", input.Url, counts.GetValueOrDefault(at).Taken)), .. Faults],
        };
    }

    /// <summary>The file that tells of the lines that could not be taken in so far; also there where the import fails.</summary>
    internal IReadOnlyList<BulkFile> Faults => Refused > 0 && isTold ? [new BulkFile("error", "OperationOutcome", ErrorsFile, Refused)] : [];

    private long Refused => counts.Values.Sum(count => count.Refused);

    private async Task ReadAllAsync(FileStream errors, CancellationToken cancel)
    {
        try
        {
            CutBack(errors);
            if (!isTold)
                throw new BulkException("What could not be taken in so far was told of in the bulk folder of another node, which this one does not share, or was removed there. Import the same files again to be told of all of it.");
            for (var input = place.Input; input < plan.Inputs.Count; input++)
                await ReadAsync(input, errors, cancel);
        }
        catch (BulkException e) when (job.Progress.Length > 0)
        {
            throw new BulkException($"{e.Message} Before that: {job.Progress}. Importing the same files again changes nothing of what is in.");
        }
    }

    /// <summary>Takes the file of errors back to what it told when it was kept how far the import is.</summary>
    private void CutBack(FileStream errors)
    {
        isTold = errors.Length >= place.Errors;
        if (!isTold)
            return;
        errors.SetLength(place.Errors);
        errors.Position = place.Errors;
    }

    private async Task ReadAsync(int input, FileStream errors, CancellationToken cancel)
    {
        var (done, number) = (input == place.Input ? place.Line : 0, 0L);
        var pace = new HostPace(plan.Inputs[input].Name, jobs.Options);
        await using var stream = await ImportedFile.OpenAsync(plan.Inputs[input], jobs.Options, pace, cancel);
        using var digest = new FileDigest();
        var batch = new LineBatch();
        await foreach (var line in NdjsonLines.ReadAsync(stream, LongestLine, pace, cancel))
        {
            number++;
            if (line is not { Length: 0 } && new ImportLine(number, line, digest.With(line)) is var read && number > done)
                batch.Add(read);
            if (number == done && !digest.Is(place.Digest))
                throw Changed(input, done);
            if (!batch.IsFull)
                continue;
            await TakeAsync(input, number, batch.Lines, errors, cancel);
            batch.Clear();
        }

        if (number < done)
            throw Changed(input, done);
        await TakeAsync(input, number, batch.Lines, errors, cancel);
        place = place with { Input = input + 1, Line = 0, Digest = null };
        job = job with { Cursor = JsonSerializer.Serialize(place) };
        await jobs.KeepAsync(job, cancel); // a file that is done is not asked for again: it may not be there any more
    }

    /// <summary>Behind a place in another file nothing is read: lines would be left out, or be taken for others.</summary>
    private BulkException Changed(int input, long done) => new(string.Create(
        CultureInfo.InvariantCulture, $"{plan.Inputs[input].Name} has changed since the import began: its first {done:N0} lines are not those that were read. Nothing more of it was read. Import it again."));

    /// <summary>Reads lines side by side and keeps those that are sound in one commit; line by line where a rule of what is kept refuses one of them.</summary>
    private async Task TakeAsync(int input, long last, IReadOnlyList<ImportLine> lines, FileStream errors, CancellationToken cancel)
    {
        if (lines.Count > 0 && (Refused >= jobs.Options.MostRefused || errors.Length >= jobs.Options.MostTold))
            throw new BulkException(string.Create(CultureInfo.InvariantCulture, $"{plan.Inputs[input].Name} was not read from line {lines[0].Number} on: {Refused:N0} lines could not be taken in. The last of them: {why}"));
        var read = new Outcome<FhirNode>[lines.Count];
        Parallel.For(0, lines.Count, at => read[at] = Sound(lines[at].Json, plan.Inputs[input].Type));
        if (read.Select(outcome => outcome.Refusal).FirstOrDefault(refusal => refusal?.Kind == RefusalKind.Unavailable) is { } scannerless)
            throw new Kernel.Data.DatabaseUnavailableException(scannerless.Text); // tried again later
        var all = lines.Select((line, at) => (Line: line, Read: read[at])).ToList();
        if (await KeepAsync(input, last, all, errors, cancel) is null)
            return;
        foreach (var (line, one) in all)
        {
            if (await KeepAsync(input, line.Number, [(line, one)], errors, cancel) is { } refusal && await KeepAsync(input, line.Number, [(line, refusal)], errors, cancel) is { } still)
                throw new BulkException(still.Text); // not for what the line says
        }
    }

    /// <summary>Keeps what is sound and how far it has come in one commit, and tells of the others.</summary>
    /// <returns>Why a rule lets the sound lines not pass: then all is as it was before.</returns>
    private async Task<Refusal?> KeepAsync(int input, long last, List<(ImportLine Line, Outcome<FhirNode> Read)> lines, FileStream errors, CancellationToken cancel)
    {
        var before = (Job: job, Place: place, Errors: errors.Length, Count: counts.GetValueOrDefault(input));
        await TellAsync(input, lines, errors, cancel);
        var sound = lines.Where(line => line.Read.Refusal is null).Select(line => line.Read.Value).ToList();
        counts[input] = (before.Count.Taken + sound.Count, before.Count.Refused + lines.Count - sound.Count);
        place = new(input, last, errors.Length, [.. counts.Select(count => new Tally(count.Key, count.Value.Taken, count.Value.Refused))], lines.Count > 0 ? lines[^1].Line.Digest : input == place.Input ? place.Digest : null);
        job = job with
        {
            Cursor = JsonSerializer.Serialize(place),
            Progress = string.Create(CultureInfo.InvariantCulture, $"{counts.Values.Sum(count => count.Taken):N0} resources taken in, {Refused:N0} refused"),
        };
        if (await CommitAsync(sound, cancel) is not { } refusal)
            return null;
        (job, place, counts[input]) = (before.Job, before.Place, before.Count);
        errors.SetLength(before.Errors);
        errors.Position = before.Errors;
        return refusal;
    }

    private async Task TellAsync(int input, List<(ImportLine Line, Outcome<FhirNode> Read)> lines, FileStream errors, CancellationToken cancel)
    {
        foreach (var (line, read) in lines)
        {
            if (read.Refusal is not { } refusal)
                continue;
            await errors.WriteAsync(Told(plan.Inputs[input], line.Number, refusal), cancel);
            why = Details(refusal).FirstOrDefault()?.Text ?? refusal.Text;
        }

        await errors.FlushAsync(cancel);
        if (lines.Exists(line => line.Read.Refusal is not null))
            errors.Flush(flushToDisk: true); // on disk before the commit that says so: what it tells of is not read again
    }

    private async Task<Refusal?> CommitAsync(List<FhirNode> sound, CancellationToken cancel)
    {
        if (await job.Scope.Trail.ReadyAsync() is { } untellable)
            throw new Kernel.Data.DatabaseUnavailableException(untellable.Text); // goes on once it can be told of
        var kept = await record.WriteAsync<bool>(
            job.Scope,
            session =>
            {
                if (!BulkJobs.Keep(session, job))
                    return false;
                foreach (var resource in sound)
                    Put(session, resource);
                return true;
            },
            cancel);
        if (kept.Refusal is { Kind: RefusalKind.Unavailable or RefusalKind.Uncertain } unavailable)
            throw new Kernel.Data.DatabaseUnavailableException(unavailable.Text);
        if (job.Scope.Trail.HasNews && await job.Scope.Trail.KeepAsync(job.Scope, 0) is { } untold)
            throw new BulkException(untold.Text); // the lines are in; who writes them again changes nothing
        return kept.Refusal is not null || kept.Value ? kept.Refusal : throw new OperationCanceledException();
    }

    /// <summary>Nothing happens where the record says the same, the line's profiles, labels and tags among it; else it is an update. Labels and tags of the record stay: who put them on here knew why.</summary>
    private static void Put(WriteSession session, FhirNode resource)
    {
        var (type, id) = (resource["resourceType"u8].Text!, resource["id"u8].Text!);
        if (session.Find(type, id) is not { Deleted: false } current)
        {
            session.Put(type, id, resource);
            return;
        }

        var isNew = !Says(resource, "profile"u8, current.Root) || !Says(resource, "security"u8, current.Root) || !Says(resource, "tag"u8, current.Root);
        if (isNew || !SameContent.Of(current.Root, resource))
            session.Put(type, id, ChangeMeta.Changed(resource, current.Root["meta"u8], isAdding: true, ["security", "tag"]) ?? resource);
    }

    /// <summary>True when what is there says as much of itself (<c>meta</c>).</summary>
    private static bool Says(FhirNode resource, ReadOnlySpan<byte> part, FhirNode there)
    {
        var said = there["meta"u8][part].Items.AsEnumerable().ToList();
        return resource["meta"u8][part].Items.AsEnumerable().All(one => said.Exists(other => SameContent.Equal(one, other)));
    }

    private Outcome<FhirNode> Sound(byte[]? json, string? type)
    {
        if (json is null)
            return Refusal.TooLarge($"This is longer than {LongestLine:N0} bytes, or the file is no NDJSON.");
        if (FhirJson.Parse(json, JsonLimits.Resource, out var fault) is not { } document)
            return Refusal.Invalid("", new RefusalDetail("structure", fault!.Reason, null, $"{fault.Line}:{fault.Column}"));
        if (FhirBody.Sound(document.Root, type, jobs.Rules, job.Scope, from: BodyOrigin.Imported).Then(ConditionalReference.None).Refusal is { } refusal)
            return refusal;
        return document.Root["id"u8].Exists
            ? AttachmentCheck.Take(document.Root, jobs.Files)
            : Refusal.Invalid("", new RefusalDetail("required", "Each line needs an id, so that importing it again changes nothing.", "id"));
    }

    /// <summary>An OperationOutcome in one line that says which line of which file.</summary>
    private static byte[] Told(ImportInput input, long line, Refusal refusal)
    {
        return [.. OperationOutcomeJson.Write(Details(refusal).Select(detail =>
            ("error", detail with { Text = string.Create(CultureInfo.InvariantCulture, $"{input.Name}, line {line}: {detail.Text}") }))), (byte)'\n'];
    }

    private static IEnumerable<RefusalDetail> Details(Refusal refusal) =>
        refusal.Details.Count > 0 ? refusal.Details.Where(detail => !detail.IsWarning) : [new RefusalDetail("invalid", refusal.Text)];
}

using Tandem.Fhir.Json;
using Tandem.Kernel;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;
using Tandem.Record.Search;

namespace Tandem.Care.Patients;

/// <summary>
/// An accepted amendment reaches whom the patient names and who is known to have what was amended and may rely on it (45 CFR 164.526(c)(3)). Whoever is named in one step is an obligation of the privacy office by the pathway
/// <c>amendment-notice</c>; that the last of them was told is the evidence that closes it.
/// </summary>
internal sealed class TellAmendment(RecordStore record, RecordSearch search, AskAmendment asking, TimeProvider clock)
{
    internal const int LongestName = 300;
    internal const int MostNames = 50;

    /// <summary>Names one of each line.</summary>
    internal static Outcome<IReadOnlyList<string>> Lines(string text)
    {
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct(StringComparer.Ordinal).ToList();
        return lines.Count > MostNames || lines.Exists(line => line.Length > LongestName) ? Refusal.Unprocessable(AmendmentWords.TooManyNames.With(MostNames, LongestName)) : lines;
    }

    /// <summary>The patient, or who stands for them, names more persons after the amendment was accepted.</summary>
    internal async Task<Outcome<string>> NameAsync(string patient, string id, string text, AccessScope scope, CancellationToken cancel)
    {
        if (!asking.IsOwn(patient, scope) || FindAmendments.Of(search, patient, scope).FirstOrDefault(one => one.Id == id) is not { Answer.IsAccepted: true } asked)
            return Refusal.NotFound(AmendmentWords.NotYours);
        if (!Lines(text).Succeeded(out var names, out var refusal))
            return refusal;
        var known = asked.ToTell.SelectMany(list => list.All).Select(one => one.Name).ToHashSet(StringComparer.Ordinal);
        IReadOnlyList<string> fresh = [.. names.Where(name => !known.Contains(name))];
        if (fresh.Count == 0 || known.Count + fresh.Count > MostNames)
            return Refusal.Unprocessable(AmendmentWords.TooManyNames.With(MostNames, LongestName));
        var list = Ids.New(clock);
        return await record.WriteAsync<string>(
            scope,
            session =>
            {
                session.Put("Communication", list, FhirJson.ParseStored(AmendmentResources.Recipients(asked, fresh, scope.Actor, clock.GetUtcNow())).Root);
                return list;
            },
            cancel);
    }

    /// <summary>Keeps that one person was told, once.</summary>
    /// <param name="patient">Whose record.</param>
    /// <param name="list">What names the person (logical id).</param>
    /// <param name="number">Which of them, from 0 on.</param>
    /// <param name="way">A code of <see cref="AmendmentCodes.Ways"/>.</param>
    /// <param name="note">What there is to say; needed where somebody was not reached.</param>
    /// <param name="scope">Who told them.</param>
    /// <param name="cancel">Gives up before the write.</param>
    internal async Task<Outcome<string>> ToldAsync(string patient, string list, int number, string way, string note, AccessScope scope, CancellationToken cancel)
    {
        if (!AskAmendment.IsOfficer(scope))
            return Refusal.Forbidden(AmendmentWords.NotOfficer);
        var found = FindAmendments.Of(search, patient, scope).SelectMany(one => one.ToTell.Select(list => (Asked: one, List: list))).FirstOrDefault(one => one.List.Id == list);
        if (found.List is not { } named || number < 0 || number >= named.All.Count)
            return Refusal.NotFound(AmendmentWords.NoRequest);
        if (!AmendmentCodes.Ways.Contains(way) || note.Trim().Length > LongestName || (way == "not-reached" && note.Trim().Length == 0))
            return Refusal.Unprocessable(AmendmentWords.WayMissing);
        var notice = new AmendmentNotice(way, note.Trim(), scope.Actor.Display, clock.GetUtcNow());
        return await record.WriteAsync<string>(
            scope,
            session =>
            {
                if (IsTold(session, list, number))
                    return Refusal.Conflict(AmendmentWords.ToldAlready);
                var isLast = Enumerable.Range(0, named.All.Count).All(other => other == number || IsTold(session, list, other));
                session.Put("Communication", IdOf(list, number), FhirJson.ParseStored(AmendmentResources.Notice(found.Asked, list, named.All[number].Name, notice, isLast, scope.Actor)).Root);
                return IdOf(list, number);
            },
            cancel);
    }

    /// <summary>The notice of one person (logical id): one for each.</summary>
    internal static string IdOf(string list, int number) => Ids.From("amendment-notice", $"{list}/{number}");

    private static bool IsTold(WriteSession session, string list, int number) => session.Find("Communication", IdOf(list, number)) is { Deleted: false };
}

using Tandem.Fhir.Json;
using Tandem.Kernel;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;
using Tandem.Record.Search;

namespace Tandem.Care.Patients;

/// <summary>A request as it was typed.</summary>
/// <param name="Entry">Which entry (reference).</param>
/// <param name="What">What is wrong and what it should say.</param>
/// <param name="Why">Why.</param>
/// <param name="Tell">Whom to tell if it is accepted, one on each line; may be empty.</param>
internal sealed record AmendmentForm(string Entry, string What, string Why, string Tell = "");

/// <summary>
/// Patients, and who stands for them, ask that an entry be amended and state their disagreement with a denial; the privacy office answers. The request is the fact that opens the loop of the pathway
/// <c>amendment-request</c>, the answer the evidence that closes it.
/// </summary>
internal sealed class AskAmendment(RecordStore record, RecordSearch search, TimeProvider clock)
{
    internal const int LongestText = 2_000;
    private const int MostWaiting = 20;

    /// <summary>True for who answers.</summary>
    internal static bool IsOfficer(AccessScope scope) => scope.Role is "privacy-officer" or "system";

    /// <summary>True for the patient, and for who stands for them.</summary>
    internal bool IsOwn(string patient, AccessScope scope) => OwnRecords.IsFor(scope) && record.Read("Patient", patient, scope).Refusal is null;

    /// <summary>Keeps a request.</summary>
    /// <returns>Its id.</returns>
    internal async Task<Outcome<string>> HandleAsync(string patient, AmendmentForm form, AccessScope scope, CancellationToken cancel)
    {
        if (!IsOwn(patient, scope))
            return Refusal.NotFound(AmendmentWords.NotYours);
        if (Parts(form.Entry) is not var (type, id) || !record.Read(type, id, scope).Succeeded(out var entry, out _) || entry.Patient != patient)
            return Refusal.Unprocessable(AmendmentWords.NoEntry);
        var (what, why) = (form.What.Trim(), form.Why.Trim());
        if (what.Length is 0 or > LongestText || why.Length is 0 or > LongestText)
            return Refusal.Unprocessable(AmendmentWords.TextMissing.With(LongestText));
        if (!TellAmendment.Lines(form.Tell).Succeeded(out var named, out var tooMany))
            return tooMany;
        if (FindAmendments.Of(search, patient, scope).Count(asked => asked.Answer is null) >= MostWaiting)
            return Refusal.Conflict(AmendmentWords.TooMany);
        var name = type == "Patient" ? "" : TimelineReading.Read(entry).LastOrDefault()?.Title ?? "";
        var asked = new Amendment(Ids.New(clock), patient, entry.Reference, name.Length > 0 ? name : type, what, why, scope.Actor.Display, clock.GetUtcNow()) { Named = named };
        return await PutAsync(scope, session => Put(session, "Communication", asked.Id, AmendmentResources.Request(asked, scope.Actor)), asked.Id, cancel);
    }

    /// <summary>Keeps the answer to a request, once, with a link on the entry.</summary>
    /// <param name="id">The request's id.</param>
    /// <param name="outcome"><c>accepted</c> or <c>denied</c>.</param>
    /// <param name="basis">The ground of a denial.</param>
    /// <param name="text">The amendment, or the reason.</param>
    /// <param name="tell">Who has to be told of an accepted amendment, one on each line (164.526(c)(3)).</param>
    /// <param name="scope">Who answers.</param>
    /// <param name="cancel">Gives up before the write.</param>
    internal async Task<Outcome<string>> AnswerAsync(string id, string outcome, string basis, string text, string tell, AccessScope scope, CancellationToken cancel)
    {
        if (!IsOfficer(scope))
            return Refusal.Forbidden(AmendmentWords.NotOfficer);
        if (!record.Read("Communication", id, scope).Succeeded(out var version, out _) || AmendmentResources.Read(version) is not { } asked)
            return Refusal.NotFound(AmendmentWords.NoRequest);
        if (!Decide(outcome, basis, text, scope.Actor.Display, clock.GetUtcNow()).Succeeded(out var answer, out var refusal))
            return refusal;
        if (!TellAmendment.Lines(answer.IsAccepted ? tell : "").Succeeded(out var names, out var tooMany))
            return tooMany;
        var answerId = Ids.From("amendment-answer", id);
        return await PutAsync(
            scope,
            session =>
            {
                if (session.Find("Communication", answerId) is { Deleted: false })
                    return Refusal.Conflict(AmendmentWords.AnsweredAlready);
                Put(session, "Communication", answerId, AmendmentResources.Answer(asked, answer, names, scope.Actor));
                return Put(session, "Provenance", Ids.From("amendment-link", id), AmendmentResources.LinkOf(asked, "Communication/" + answerId, scope, answer.At));
            },
            answerId,
            cancel);
    }

    /// <summary>Keeps a statement of disagreement with a denial, once (164.526(d)(2)).</summary>
    internal async Task<Outcome<string>> DisagreeAsync(string patient, string id, string text, AccessScope scope, CancellationToken cancel)
    {
        if (!IsOwn(patient, scope) || FindAmendments.Of(search, patient, scope).FirstOrDefault(one => one.Id == id) is not { } asked)
            return Refusal.NotFound(AmendmentWords.NotYours);
        if (asked is not { Answer.IsAccepted: false, Disagreement: null })
            return Refusal.Conflict(AmendmentWords.NothingToDisagree);
        if (text.Trim().Length is 0 or > LongestText)
            return Refusal.Unprocessable(AmendmentWords.TextMissing.With(LongestText));
        var disagreement = Ids.From("amendment-disagreement", id);
        return await PutAsync(
            scope,
            session => session.Find("Communication", disagreement) is { Deleted: false }
                ? Refusal.Conflict(AmendmentWords.NothingToDisagree)
                : Put(session, "Communication", disagreement, AmendmentResources.Disagreement(asked, text.Trim(), scope.Actor, clock.GetUtcNow())),
            disagreement,
            cancel);
    }

    internal static Outcome<AmendmentAnswer> Decide(string outcome, string basis, string text, string by, DateTimeOffset now)
    {
        if (outcome is not (AmendmentCodes.Accepted or AmendmentCodes.Denied))
            return Refusal.Unprocessable(AmendmentWords.OutcomeMissing);
        var isAccepted = outcome == AmendmentCodes.Accepted;
        if (!isAccepted && !AmendmentCodes.Bases.Contains(basis))
            return Refusal.Unprocessable(AmendmentWords.BasisMissing);
        return text.Trim().Length is 0 or > LongestText
            ? Refusal.Unprocessable(AmendmentWords.TextMissing.With(LongestText))
            : new AmendmentAnswer(isAccepted, isAccepted ? "" : basis, text.Trim(), by, now);
    }

    private async Task<Outcome<string>> PutAsync(AccessScope scope, Func<WriteSession, Refusal?> put, string id, CancellationToken cancel) =>
        await record.WriteAsync<string>(scope, session => put(session) is { } refusal ? refusal : id, cancel);

    private static Refusal? Put(WriteSession session, string type, string id, byte[] resource)
    {
        session.Put(type, id, FhirJson.ParseStored(resource).Root);
        return null;
    }

    private static (string Type, string Id)? Parts(string reference) => reference.Split('/') is [{ Length: > 0 } type, { Length: > 0 } id] ? (type, id) : null;
}

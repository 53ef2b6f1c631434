using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Access;
using Tandem.Record.Log;

namespace Tandem.Trust.Access;

/// <summary>
/// Whoever is held to what patients agreed to and refused does not write what opens it to themselves: no consent of theirs permits them, their organisation or anybody a label that is withheld from them, and none takes
/// back a refusal that is in force. The patient does, who stands for the patient, a privacy officer, and in what opens a label a role from which it is not withheld. What lets others see, as whoever holds a record of
/// substance use writes down to whom it may go (42 CFR 2.31), what narrows what is permitted, and refusals, anybody who may write consents writes.
/// </summary>
internal sealed class ConsentRules : IWriteRule
{
    internal const string NotYoursToOpen = "This consent would open to you what is withheld from your role. The patient or a privacy officer can enter it.";
    internal const string NotYoursToLift = "This would lift what the patient refused. The patient or a privacy officer can enter it.";
    internal const string TooMuch = "This consent says, or said before, more than 500 things: each recipient with each label, purpose and part of the record. Write several consents, or the patient or a privacy officer can enter it.";
    private const int MostTerms = 500; // all of before are compared with all of now in the writer's turn

    /// <inheritdoc/>
    public bool Wants(string type) => type == "Consent";

    /// <inheritdoc/>
    public Refusal? Refuse(WriteSession session, Change change)
    {
        if (HeldBy(session.Scope) is not (var withheld, var recipients, var at))
            return null;
        var before = change.Before is { } was ? Terms(was, session) : [];
        var after = change.After.Deleted ? [] : Terms(change.After, session);
        if (before.Count > MostTerms || after.Count > MostTerms)
            return Refusal.Forbidden(TooMuch);
        List<ConsentTerm> known = change.Before?.Patient == change.After.Patient ? before : [];
        if (after.Exists(term => term.IsPermit && withheld.Contains(term.Label) && (term.Party == "*" || recipients.Contains(term.Party)) && !known.Exists(one => Covers(one, term))))
            return Refusal.Forbidden(NotYoursToOpen);
        var kept = known.Count > 0 ? after : [];
        var deepest = kept.Where(term => term.IsPermit && !known.Exists(one => one.Depth == term.Depth && Covers(one, term))).Select(term => term.Depth).DefaultIfEmpty(-1).Max();
        var isLifted = before.Exists(refused => !refused.IsPermit && !IsOver(refused.When, at)
            && (deepest > refused.Depth || !kept.Exists(term => term.Depth == refused.Depth && Covers(term, refused))));
        return isLifted ? Refusal.Forbidden(NotYoursToLift) : null;
    }

    /// <summary>What a version says; one more than <see cref="MostTerms"/> when it is more.</summary>
    private static List<ConsentTerm> Terms(ResourceVersion version, WriteSession session) => [.. ConsentReading.Read(version.Root, session.Own).Take(MostTerms + 1)];

    /// <summary>What is withheld from one of many who have to do with patients, as whom consents name them, and now on the site's clock; null for patients, who stands for them, and all who are held to no consent and from whom nothing is withheld.</summary>
    private static (HashSet<string> Withheld, IReadOnlyList<string> Recipients, DateTimeOffset At)? HeldBy(AccessScope scope)
    {
        foreach (var layer in scope.Reach.Layers)
        {
            var held = layer.Grants.Where(grant => grant.Whose is Whose.Known or Whose.Everybody && (grant.AsksConsent || grant.Withheld.Count > 0)).ToList();
            if (held.Count > 0)
                return ([.. held.SelectMany(grant => grant.Withheld)], layer.Recipients, layer.At);
        }

        return null;
    }

    /// <summary>True when a term says all that another says.</summary>
    private static bool Covers(ConsentTerm wide, ConsentTerm narrow) => wide.IsPermit == narrow.IsPermit
        && (wide.Label == narrow.Label || (wide.Label == "*" && !wide.IsPermit))
        && (wide.Party == narrow.Party || wide.Party == "*")
        && (wide.Purpose == narrow.Purpose || wide.Purpose.Length == 0)
        && wide.When.Since <= narrow.When.Since && wide.When.SinceDay <= narrow.When.SinceDay && wide.When.Until >= narrow.When.Until && wide.When.UntilDay >= narrow.When.UntilDay
        && (wide.Part == narrow.Part || (!wide.Part.IsLimited && (wide.Part.Acts & narrow.Part.Acts) == narrow.Part.Acts));

    private static bool IsOver(Validity when, DateTimeOffset at) => when.Until <= at.ToUnixTimeMilliseconds() || when.UntilDay <= AccessTables.ClockOf(at);
}

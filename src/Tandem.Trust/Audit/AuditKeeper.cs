using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;

namespace Tandem.Trust.Audit;

/// <summary>Makes events of trails: one for each patient touched, or one for the request when nobody's record was.</summary>
internal sealed class AuditKeeper(AuditStore store, TimeProvider clock) : TrailKeeper
{
    private const int MostTogether = 500;

    /// <inheritdoc/>
    public override AccessTrail Begin(TrailFacts facts) => new(facts, this);

    /// <inheritdoc/>
    public override ValueTask<Refusal?> ReadyAsync() => store.ReadyAsync();

    /// <inheritdoc/>
    public override ValueTask<Refusal?> KeepAsync(TrailEntry entry)
    {
        if (entry.Acts.Count > 0)
            store.ActsCame();
        return store.KeepAsync(Drafts(entry, clock.GetUtcNow()));
    }

    /// <summary>The events of an entry: what was done first, then what was seen. Acts that were written with what they tell of come by themselves.</summary>
    internal static IReadOnlyList<AuditDraft> Drafts(TrailEntry entry, DateTimeOffset now)
    {
        var drafts = new List<AuditDraft>(entry.Acts.Count + Math.Max(1, entry.Touches.Count));
        if (entry.Acts.Count > 0)
            drafts.AddRange(entry.Acts.Where(act => !act.IsKept).Select(act => ActDrafts.Of(entry, act, now)));
        if (entry.Touches.Count == 0)
        {
            if (!IsTold(entry))
                drafts.Add(Draft(entry, null, now));
            return drafts;
        }

        if (entry.Touches.Count == 1)
        {
            drafts.Add(Draft(entry, entry.Touches.First(), now));
            return drafts;
        }

        // What belongs to nobody and was only read (an organisation beside its patients) is told with the patients' events, a refused entry of a bundle by itself.
        var isBundle = entry.Facts.Interaction == AuditInteraction.Batch;
        var isOfNobody = entry.Touches.All(touch => touch.Patient is null);
        foreach (var touch in entry.Touches.Where(touch => touch.Patient is null && (isOfNobody || touch.Kind >= TouchKind.Create || (isBundle && touch.Kind == TouchKind.Denied))))
            drafts.Add(Draft(entry, touch, now));
        foreach (var alike in entry.Touches.Where(touch => touch.Patient is not null).GroupBy(touch => touch.Kind))
            drafts.AddRange(alike.Chunk(MostTogether).Select(some => some.Length == 1 ? Draft(entry, some[0], now) : DraftOfSeveral(entry, some, now)));
        return drafts;
    }

    /// <summary>True when the acts say all there is to say of the request.</summary>
    private static bool IsTold(TrailEntry entry) =>
        entry.Acts.Any(act => act.Code == entry.Facts.Interaction) || (entry.Acts.Count > 0 && entry.Scope.Role == AccessScope.Nobody.Role && entry.Status < 400);

    private static AuditDraft Draft(TrailEntry entry, PatientTouch? touch, DateTimeOffset now, IReadOnlyList<AuditShare>? patients = null)
    {
        var (facts, scope) = (entry.Facts, entry.Scope);
        var denied = touch is { Kind: TouchKind.Denied } || entry.Status is 401 or 403;
        var outcome = entry.Status >= 500 ? 8 : denied || entry.Status >= 400 ? 4 : 0;
        var detail = new AuditDetail
        {
            Action = ActionOf(facts.Interaction, touch),
            Name = scope.Actor.Display,
            Organization = scope.Organization,
            Role = scope.Role,
            Purpose = scope.Purpose,
            Decision = denied ? "deny" : "permit",
            Status = entry.Status,
            Address = facts.Address,
            Query = facts.Query,
            Remote = facts.Remote,
            Client = facts.Client,
            Request = facts.Request,
            References = patients is null ? [.. touch?.References ?? []] : [],
            Count = patients?.Sum(share => share.Count) ?? touch?.Count ?? 0,
            Patients = patients,
        };
        var actor = scope.Actor.Reference;
        return new AuditDraft(
            now, ResourceVersion.LaneOf(touch?.Patient ?? actor), touch?.Patient, actor, facts.Interaction, outcome, MarksOf(facts.Interaction, scope, touch, outcome),
            AuditRow.BodyOf(detail));
    }

    /// <summary>The events of several patients with whom the same was done, kept as one.</summary>
    private static AuditDraft DraftOfSeveral(TrailEntry entry, PatientTouch[] touches, DateTimeOffset now)
    {
        var one = Draft(entry, touches[0], now, [.. touches.Select(touch => new AuditShare(touch.Patient!, [.. touch.References], touch.Count))]);
        return one with { Patient = null, Lane = ResourceVersion.LaneOf(one.Actor), Marks = one.Marks | AuditMarks.Several, Listed = [.. touches.Select(touch => touch.Patient!)] };
    }

    private static string ActionOf(string interaction, PatientTouch? touch) => touch?.Kind switch
    {
        TouchKind.Create => "C",
        TouchKind.Update => "U",
        TouchKind.Delete => "D",
        _ => AuditInteraction.ActionOf(interaction),
    };

    private static AuditMarks MarksOf(string interaction, AccessScope scope, PatientTouch? touch, int outcome) =>
        (outcome > 0 ? AuditMarks.Refused : AuditMarks.None)
        | (scope.Purpose is "BTG" or "ETREAT" ? AuditMarks.BreakGlass : AuditMarks.None)
        | (interaction is "export" or "download" ? AuditMarks.Export | AuditMarks.Disclosure : AuditMarks.None)
        | (interaction is "notification" ? AuditMarks.Disclosure : AuditMarks.None)
        | (interaction is AuditInteraction.Login or AuditInteraction.Logout ? AuditMarks.SignIn : AuditMarks.None)
        | (touch is { Kind: >= TouchKind.Create } ? AuditMarks.Change : AuditMarks.None);
}

using Tandem.Kernel.Actors;
using Tandem.Record.Log;

namespace Tandem.Trust.Audit;

/// <summary>Makes the event of an act: a sign-in, a token, a role, an emergency.</summary>
internal static class ActDrafts
{
    private const int Refused = 4;

    /// <summary>The event of an act that was written with what it tells of: without the answer's status, which came later.</summary>
    internal static AuditDraft Of(ToldAct told) => Of(
        new TrailEntry(told.Facts, new AccessScope(new Actor(told.Actor, told.Name), told.Organization, told.Role, told.Purpose, Reach.NoOne), 0, []), told.Act, told.At);

    internal static AuditDraft Of(TrailEntry entry, TrailAct act, DateTimeOffset now)
    {
        var (facts, scope) = (entry.Facts, entry.Scope);
        var actor = act.Actor ?? scope.Actor.Reference;
        var isOwn = actor == scope.Actor.Reference;
        var detail = new AuditDetail
        {
            Action = "E",
            Name = isOwn ? scope.Actor.Display : "",
            Organization = isOwn ? scope.Organization : null,
            Role = isOwn ? scope.Role : "",
            Purpose = isOwn ? scope.Purpose : "",
            Decision = act.IsRefused ? "deny" : "permit",
            Status = entry.Status,
            Address = facts.Address,
            Query = facts.Query,
            Remote = facts.Remote,
            Client = facts.Client,
            Request = facts.Request,
            References = act.Subjects,
            How = act.How,
            Count = 1,
        };
        return new AuditDraft(
            now, ResourceVersion.LaneOf(act.Patient ?? actor), act.Patient, actor, act.Code, act.IsRefused ? Refused : 0, MarksOf(act), AuditRow.BodyOf(detail));
    }

    private static AuditMarks MarksOf(TrailAct act) => (act.IsRefused ? AuditMarks.Refused : AuditMarks.None) | act.Kind switch
    {
        ActKind.SignIn => AuditMarks.SignIn,
        ActKind.App => AuditMarks.App,
        ActKind.Permission => AuditMarks.Permission,
        ActKind.Emergency => AuditMarks.BreakGlass,
        _ => AuditMarks.None,
    };
}

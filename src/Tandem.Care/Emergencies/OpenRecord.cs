using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Tandem.Care.Loops;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Kernel.Pages;
using Tandem.Record.Log;
using Tandem.Trust.Access;

namespace Tandem.Care.Emergencies;

/// <summary>
/// Somebody opens a patient's record in an emergency: it is open with the next request, and a loop tells the privacy office to review it, in the same
/// commit. The answer is the same whether there is such a patient or not.
/// </summary>
internal static class OpenRecord
{
    /// <summary>Who reviews.</summary>
    internal const string PrivacyTeam = "CareTeam/team-privacy";

    /// <summary>The loop's kind.</summary>
    internal const string Action = "review-emergency";

    private static readonly TimeSpan ReviewWithin = TimeSpan.FromDays(1);

    internal static void Map(IEndpointRouteBuilder routes) => routes.MapPost(
        "/access/patients/{id}/emergency",
        async (string id, [FromForm] string? reason, HttpContext context, RecordStore record, CancellationToken cancel) =>
        {
            var opened = await HandleAsync(id, reason ?? "", context.Scope(), record, cancel);
            if (opened.Refusal is { } refusal)
                return TypedResults.LocalRedirect($"/access/patients/{Uri.EscapeDataString(id)}{(refusal.Kind == RefusalKind.Unprocessable ? "?missing=reason" : "")}");
            return TypedResults.LocalRedirect($"/patients/{Uri.EscapeDataString(id)}");
        }).NeedsFormToken().ExcludeFromDescription();

    /// <returns>The opening; Unprocessable without a reason, Forbidden for a role that opens none.</returns>
    internal static Task<Outcome<Emergency>> HandleAsync(string patient, string reason, AccessScope scope, RecordStore record, CancellationToken cancel) =>
        record.WriteAsync<Emergency>(
            AccessScope.System with { Actor = scope.Actor, Organization = scope.Organization, Role = scope.Role }, // the notice is about a patient whom the person does not reach yet
            session =>
            {
                var begun = EmergencyAccess.Begin(session, patient, reason, scope);
                if (begun.Succeeded(out var opened, out _) && session.Find("Patient", patient) is { Deleted: false })
                    OpenLoop.Apply(session, Decide(opened));
                return begun;
            },
            cancel);

    internal static LoopProposal Decide(Emergency opened) => new()
    {
        Key = $"emergency-access|1|{Action}|{opened.Id}",
        Pathway = "emergency-access",
        PathwayVersion = "1",
        Action = Action,
        Patient = opened.Patient,
        Focus = $"Patient/{opened.Patient}",
        Title = new LocalizedText("Review an emergency opening", "Revisar una apertura de emergencia"),
        Why = new LocalizedText($"{opened.Display} opened this record in an emergency.", $"{opened.Display} abrió este expediente en una emergencia."),
        ClosedBy = new LocalizedText("The review under Emergency openings, with its outcome noted here.", "La revisión en Aperturas de emergencia, con su resultado anotado aquí."),
        Opened = opened.From,
        Due = opened.From + ReviewWithin,
        Tier = LoopTier.Orange,
        OwnerTeam = PrivacyTeam,
        BackUp = PrivacyTeam,
        Ladder = [new LadderStep(opened.From + ReviewWithin, PrivacyTeam, "worklist")],
        Evidence = new EvidenceRule(EvidenceKind.Acknowledgement),
    };
}

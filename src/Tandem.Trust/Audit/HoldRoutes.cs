using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Tandem.Fhir.Views;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Kernel.Pages;
using Tandem.Record.Log;
using Tandem.Record.Search;
using Tandem.Trust.People;

namespace Tandem.Trust.Audit;

/// <summary>Legal holds as a privacy officer places and lifts them. The access log tells of it before it is done.</summary>
internal static class HoldRoutes
{
    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(
            "/audit/holds",
            async ([FromForm] string? whom, [FromForm] string? patient, [FromForm] string? reason, HttpContext context, AuditStore audit, RecordStore record, RecordSearch search, TimeProvider clock, FlashCarrier flashes, CancellationToken cancel) =>
                Leave(context, flashes, await PlaceAsync(audit, record, search, whom == "hub" ? LegalHolds.WholeHub : patient ?? "", reason ?? "", context.Scope(), clock, cancel), RetentionWords.Placed))
            .NeedsFormToken().ExcludeFromDescription();
        routes.MapPost(
            "/audit/holds/end",
            async ([FromForm] string? patient, [FromForm] string? reason, HttpContext context, AuditStore audit, RecordStore record, FlashCarrier flashes, CancellationToken cancel) =>
                Leave(context, flashes, await LiftAsync(audit, record, patient ?? "", reason ?? "", context.Scope(), cancel), RetentionWords.Lifted))
            .NeedsFormToken().ExcludeFromDescription();
    }

    /// <summary>Places a hold, or changes its reason.</summary>
    /// <returns>The patient's id, or <see cref="LegalHolds.WholeHub"/>.</returns>
    internal static async Task<Outcome<string>> PlaceAsync(
        AuditStore audit, RecordStore record, RecordSearch search, string patient, string reason, AccessScope scope, TimeProvider clock, CancellationToken cancel)
    {
        if (!FindAccess.IsFor(scope))
            return Refusal.Forbidden(RetentionWords.NotYours);
        var whom = patient == LegalHolds.WholeHub ? Whom.Clear(patient) : Whom.Patient(record, search, patient, scope);
        if (whom.Namesakes.Count > 0)
            return Refusal.Unprocessable(RetentionWords.SeveralPatients.With(string.Join("; ", whom.Namesakes.Select(one => $"{one.Name}, {one.About}"))));
        var (id, why) = (whom.IsUnknown ? IdOf(patient) : whom.Id, reason.Trim());
        if (Decide(scope, id, why) is { } refusal)
            return refusal;
        await audit.SettleAsync();
        if (id != LegalHolds.WholeHub && ReachedNames.OfPatients(record, [id], scope).Count == 0
            && audit.Database.Read(session => session.First(AuditTables.HasPatient, row => row.Integer(0), id)) == 0)
            return Refusal.NotFound(RetentionWords.NoPatient);
        if (await TellAsync(record, "hold-placed", id, why, scope, cancel) is { } untold)
            return untold;
        LegalHolds.Put(audit.Database, id, why, scope.Actor.Reference, clock);
        return id;
    }

    /// <summary>Lifts a hold.</summary>
    /// <returns>Whose it was.</returns>
    internal static async Task<Outcome<string>> LiftAsync(AuditStore audit, RecordStore record, string patient, string reason, AccessScope scope, CancellationToken cancel)
    {
        var (id, why) = (IdOf(patient), reason.Trim());
        if (Decide(scope, id, why) is { } refusal)
            return refusal;
        if (LegalHolds.All(audit.Database).All(hold => hold.Patient != id))
            return Refusal.NotFound(RetentionWords.NoHold);
        if (await TellAsync(record, "hold-ended", id, why, scope, cancel) is { } untold)
            return untold;
        LegalHolds.End(audit.Database, id);
        return id;
    }

    private static Refusal? Decide(AccessScope scope, string id, string why)
    {
        if (!FindAccess.IsFor(scope))
            return Refusal.Forbidden(RetentionWords.NotYours);
        return id.Length == 0 ? Refusal.Unprocessable(RetentionWords.WhomMissing) : why.Length is 0 or > 300 ? Refusal.Unprocessable(RetentionWords.ReasonMissing) : null;
    }

    private static async Task<Refusal?> TellAsync(RecordStore record, string code, string id, string why, AccessScope scope, CancellationToken cancel) => (await record.WriteAsync<bool>(
        scope,
        session =>
        {
            session.Acted(AuditCommands.HoldAct(code, id, why));
            return true;
        },
        cancel)).Refusal;

    private static string IdOf(string patient) => PatientReference.IdIn(patient.Trim()) ?? patient.Trim();

    private static RedirectHttpResult Leave(HttpContext context, FlashCarrier flashes, Outcome<string> outcome, Phrase done) => flashes.Lead(context, outcome.Refusal, done, "/audit/retention");
}

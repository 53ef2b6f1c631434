using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Kernel.Pages;
using Tandem.Record.Log;

namespace Tandem.Care.Loops;

/// <summary>
/// A person says that they have seen what climbed to them: it is no longer announced as new to them. It still waits for an answer, for them
/// and for everybody else. Saying so twice is harmless.
/// </summary>
public static class MarkEscalationsSeen
{
    internal const string Address = "/worklist/escalated/seen";

    internal static void Map(IEndpointRouteBuilder routes) => routes.MapPost(
        Address,
        async (
            HttpContext context, [FromForm] long until, [FromForm] string? back, RecordStore record, LiveTopics live, FlashCarrier flash, CancellationToken cancel) =>
        {
            var outcome = await HandleAsync(record, until, context.Scope(), cancel);
            if (outcome.Refusal is { } refusal)
                flash.Leave(context, new Flash(refusal.Text, Tone.Urgent));
            else
                live.Publish(EscalationTopics.Of(context.Scope().Actor.Reference)); // other tabs of this person
            context.Response.StatusCode = StatusCodes.Status303SeeOther;
            context.Response.Headers.Location = LoopReply.Local(back);
            return TypedResults.Empty;
        });

    /// <param name="record">The record.</param>
    /// <param name="until">The newest climb that the page showed, in milliseconds since 1970 UTC (inclusive); later ones stay new.</param>
    /// <param name="scope">Who says so.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>Until when everything is seen now.</returns>
    public static Task<Outcome<DateTimeOffset>> HandleAsync(RecordStore record, long until, AccessScope scope, CancellationToken cancel) =>
        record.WriteAsync<DateTimeOffset>(
            scope,
            session =>
            {
                var person = scope.Actor.Reference;
                var before = session.Query(FindEscalations.ReadSeen, row => row.Instant(0), person) is [var kept] ? kept : DateTimeOffset.MinValue;
                var seen = Decide(before, until, session.Now);
                session.Write(EscalationTables.Seen, person, seen);
                return seen;
            },
            cancel);

    /// <summary>Never back, never beyond the present.</summary>
    internal static DateTimeOffset Decide(DateTimeOffset before, long until, DateTimeOffset now)
    {
        var asked = DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(until, 0, now.ToUnixTimeMilliseconds()));
        return asked > before ? asked : before;
    }
}

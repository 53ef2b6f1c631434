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
            HttpContext context, [FromForm] long until, [FromForm] string? back, RecordStore record, TimeProvider clock, LiveTopics live, FlashCarrier flash, CancellationToken cancel) =>
        {
            var outcome = await HandleAsync(record, Receiving.Of(record, context.Scope(), clock.GetUtcNow()), until, context.Scope(), cancel);
            if (outcome.Refusal is { } refusal)
                flash.Leave(context, new Flash(refusal.Text, Tone.Urgent));
            else
                live.Publish(EscalationTopics.Of(context.Scope().Actor.Reference)); // other tabs of this person
            context.Response.StatusCode = StatusCodes.Status303SeeOther;
            context.Response.Headers.Location = LoopReply.Local(back);
            return TypedResults.Empty;
        });

    /// <param name="record">The record.</param>
    /// <param name="receiving">In whose names they saw it: what climbed to somebody whom they come to stand in for later is new to them.</param>
    /// <param name="until">The newest climb that the page showed, in milliseconds since 1970 UTC (inclusive); later ones stay new.</param>
    /// <param name="scope">Who says so.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>Until when what climbed to the person is seen now.</returns>
    public static Task<Outcome<DateTimeOffset>> HandleAsync(RecordStore record, Receiving receiving, long until, AccessScope scope, CancellationToken cancel) =>
        record.WriteAsync<DateTimeOffset>(
            scope,
            session =>
            {
                var person = scope.Actor.Reference;
                var before = FindEscalations.SeenUntil(session.Reading, person);
                foreach (var receiver in receiving.All.Distinct())
                    session.Write(EscalationTables.Seen, person, receiver, Decide(before.GetValueOrDefault(receiver), until, session.Now));
                return Decide(before.GetValueOrDefault(person), until, session.Now);
            },
            cancel);

    /// <summary>Never back, never beyond the present.</summary>
    internal static DateTimeOffset Decide(DateTimeOffset before, long until, DateTimeOffset now)
    {
        var asked = DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(until, 0, now.ToUnixTimeMilliseconds()));
        return asked > before ? asked : before;
    }
}

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tandem.Kernel.Actors;
using Tandem.Record.Log;

namespace Tandem.Care.Intake;

/// <summary>Gives a message as it came, byte for byte, as a file.</summary>
internal static class FetchMessage
{
    internal static void Map(IEndpointRouteBuilder routes) => routes.MapGet(
        "/feeds/messages/{id}/raw",
        IResult (string id, HttpContext context, RecordStore record) => KeptMessage.Find(record, id, context.Scope()).Succeeded(out var message, out _)
            ? TypedResults.Bytes(message.Raw, "application/octet-stream", id + ".hl7")
            : TypedResults.NotFound())
        .ExcludeFromDescription();
}

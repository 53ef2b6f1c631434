using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tandem.Care.Identity;
using Tandem.Fhir.Json;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Access;
using Tandem.Record.Log;
using Tandem.Trust.Smart;
using HttpResults = Microsoft.AspNetCore.Http.Results;

namespace Tandem.Care.Launches;

/// <summary>An electronic health record opens the hub: the person comes to the page of the patient who is open there, found by exact numbers only.</summary>
public static class OpenFromEhr
{
    private const int LargestPatient = 256 * 1024;
    private const int DeepestPatient = 64;

    /// <summary>Maps where a launch begins and ends. Both need a session: who is not signed in signs in first and comes back.</summary>
    public static IEndpointRouteBuilder MapEhrLaunch(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/ehr/launch", async (string? iss, string? launch, HttpContext context, EhrLaunch ehr) =>
            (await ehr.BeginAsync(context, iss, launch)).Succeeded(out var address, out var refusal) ? HttpResults.Redirect(address) : Refused(refusal)).ExcludeFromDescription();
        routes.MapGet("/ehr/callback", async (string? code, string? state, HttpContext context, EhrLaunch ehr, RecordStore record) =>
        {
            if (!(await ehr.FinishAsync(context, code, state)).Succeeded(out var launched, out var refusal))
                return Refused(refusal);
            return Find(launched.Patient, record, context.Scope()).Succeeded(out var patient, out refusal) ? HttpResults.Redirect($"/patients/{patient}") : Refused(refusal);
        }).ExcludeFromDescription();
        return routes;
    }

    /// <summary>The hub's patient with a number of another system's patient; only one whom the person may see, and by none that the person is not shown.</summary>
    internal static Outcome<string> Find(string patientJson, RecordStore record, AccessScope scope)
    {
        if (FhirJson.Parse(Encoding.UTF8.GetBytes(patientJson), new JsonLimits(LargestPatient, DeepestPatient), out _) is not { } parsed)
            return Refusal.Unavailable("The other system's patient cannot be read.");
        var isHidden = scope.Reach.Hidden.Contains(HiddenPart.NationalIdentifier);
        var numbers = parsed.Root["identifier"u8].Items.AsEnumerable().Where(one => !isHidden || !NationalIdentifier.Is(one)).Select(one => (one["system"u8].Text ?? "", one["value"u8].Text ?? "")).Where(one => one.Item1.Length > 0 && one.Item2.Length > 0).ToList();
        return record.Database.Read(session => FindPatient.FindByIdentifier(session, "Patient", numbers)).Only is { } id && record.Read("Patient", id, scope).Refusal is null
            ? id
            : Refusal.NotFound("The patient who is open in the other system is not known here, or not within your reach.");
    }

    private static IResult Refused(Refusal refusal) => HttpResults.StatusCode(refusal.Kind switch
    {
        RefusalKind.Forbidden => StatusCodes.Status403Forbidden,
        RefusalKind.NotFound => StatusCodes.Status404NotFound,
        RefusalKind.Invalid => StatusCodes.Status400BadRequest,
        _ => StatusCodes.Status503ServiceUnavailable,
    });
}

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.WebUtilities;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;

namespace Tandem.Trust.Smart;

/// <summary>An app that can be opened for a patient.</summary>
/// <param name="Id">Its client_id.</param>
/// <param name="Name">How people know it.</param>
public sealed record LaunchableApp(string Id, string Name)
{
    /// <summary>The address that opens it for a patient.</summary>
    /// <param name="patient">Logical id.</param>
    public string HrefFor(string patient) => $"/apps/{Id}/launch?patient={Uri.EscapeDataString(patient)}";
}

/// <summary>
/// The hub launches an app for a patient (SMART App Launch 2.2, EHR launch): it hands out a sealed context that works for some minutes, for this app and
/// this person alone, and leads the browser to where the app begins. The app then asks as any other.
/// </summary>
public static class LaunchApp
{
    internal static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/apps/{id}/launch", (
        string id, string patient, string? about, HttpContext context, RecordStore record, ClientAuthentication clients, SealedRequests requests, Issuer issuer) =>
        Decide(id, patient, about, context.Scope(), record, clients).Succeeded(out var launch, out var refusal)
            ? Results.Redirect(AddressOf(clients.Find(id)!, issuer.FhirOf(context.Request), requests.Seal(launch)))
            : Results.StatusCode(refusal.Kind == RefusalKind.Invalid ? StatusCodes.Status400BadRequest : StatusCodes.Status404NotFound)).ExcludeFromDescription();

    /// <summary>The approved apps that can be opened for a patient, by name.</summary>
    public static IReadOnlyList<LaunchableApp> Offered(RecordStore record) =>
        [.. record.Database.Read(session => session.Query(SmartClient.ReadApproved, SmartClient.Read))
            .Where(IsLaunched).Select(client => new LaunchableApp(client.Id, client.Name)).OrderBy(app => app.Name, StringComparer.OrdinalIgnoreCase)];

    private static Outcome<LaunchContext> Decide(string id, string patient, string? about, AccessScope scope, RecordStore record, ClientAuthentication clients)
    {
        if (clients.Find(id) is not { } client || !IsLaunched(client))
            return Refusal.NotFound("This app cannot be opened from here.");
        if (record.Read("Patient", patient, scope).Refusal is { } refusal)
            return refusal;
        if (about is not null && (about.Split('/') is not [var type, var one] || !record.Read(type, one, scope).Succeeded(out var subject, out _) || subject.Patient != patient))
            return Refusal.Invalid("What the app is opened about is not this patient's.");
        return new LaunchContext(client.Id, scope.Actor.Reference, patient)
        {
            Encounter = about?.StartsWith("Encounter/", StringComparison.Ordinal) == true ? about.Split('/')[1] : null,
            Context = about is null ? [] : [about],
        };
    }

    private static bool IsLaunched(SmartClient client) => client is { IsApproved: true, Metadata.InitiateLoginUri: not null } && client.Metadata.Scopes.Has("launch");

    private static string AddressOf(SmartClient client, string fhir, string launch) =>
        QueryHelpers.AddQueryString(client.Metadata.InitiateLoginUri!, new Dictionary<string, string?> { ["iss"] = fhir, ["launch"] = launch });
}

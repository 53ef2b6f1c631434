using Tandem.Kernel.Actors;

namespace Tandem.Trust.Smart;

/// <summary>What the scopes of a token allow, as a layer over what the person may see: what both allow is allowed (SMART App Launch 2.2, scopes).</summary>
internal static class AppLayer
{
    /// <summary>What belongs to no patient and is needed to read a patient's record: who gives care and where, definitions and terms.</summary>
    private static readonly HashSet<string> Directory = new(StringComparer.Ordinal)
    {
        "Practitioner", "PractitionerRole", "Organization", "OrganizationAffiliation", "Location", "HealthcareService", "Endpoint", "Medication", "Substance", "Device",
        "Questionnaire", "PlanDefinition", "ActivityDefinition", "ValueSet", "CodeSystem", "ConceptMap", "StructureDefinition", "SearchParameter", "Measure", "Library",
    };

    /// <summary>The layer of a token. It holds for the moment <paramref name="now"/>.</summary>
    internal static AccessLayer Of(LiveToken token, DateTimeOffset now) => Of(token.Client, token.Grant, token.Scopes, now);

    /// <summary>The layer of what a grant holds now, for what was kept for later.</summary>
    internal static AccessLayer Of(SmartClient client, AppGrant grant, DateTimeOffset now) => Of(client, grant, grant.Scopes, now);

    private static AccessLayer Of(SmartClient client, AppGrant grant, ScopeSet scopes, DateTimeOffset now) =>
        new($"app {client.Name}", [.. scopes.Resources.SelectMany(scope => GrantsOf(scope, grant.Patient))]) { At = now, Authorization = grant.Id };

    private static IEnumerable<Grant> GrantsOf(SmartScope scope, string? patient)
    {
        var query = scope.Query ?? "";
        if (scope.Context != ScopeContext.Patient)
            yield return new Grant(scope.Acts, TypesOf(scope), Whose.Anyone) { Query = query };
        if (scope.Context != ScopeContext.Patient || patient is null)
            yield break;
        yield return new Grant(scope.Acts, TypesOf(scope), Whose.Of(patient)) { Query = query };
        var directory = (scope.Type == "*" ? Directory : Directory.Where(type => type == scope.Type)).ToList();
        if ((scope.Acts & Interactions.Look) != 0 && directory.Count > 0)
            yield return new Grant(scope.Acts & Interactions.Look, directory, Whose.NoOnes) { Query = query };
    }

    /// <summary>Empty for all resource types.</summary>
    private static IReadOnlyList<string> TypesOf(SmartScope scope) => scope.Type == "*" ? [] : [scope.Type];
}

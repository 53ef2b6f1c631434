using Tandem.Kernel.Actors;
using Tandem.Trust.SignIn;

namespace Tandem.Trial.Demo;

/// <summary>Somebody who works in the region and does not exist.</summary>
/// <param name="Id">The id of their Practitioner.</param>
/// <param name="Given">Given name.</param>
/// <param name="Family">Surname.</param>
/// <param name="Role">As sign-in knows it.</param>
/// <param name="Title">What they do, in words.</param>
internal sealed record Colleague(string Id, string Given, string Family, string Role, string Title)
{
    internal string Display => $"{Given} {Family}";

    internal string Reference => $"Practitioner/{Id}";

    /// <summary>This person with the teams whose work they share.</summary>
    internal Person Person(string? organization, IReadOnlyList<string> teams) => new(Id, Display, Role, organization, teams);

    /// <summary>Everybody who works there: coordinators first.</summary>
    internal static readonly IReadOnlyList<Colleague> All =
    [
        new("demo-ana", "Ana", "Sample-Rivera", "coordinator", "Care coordinator"),
        new("demo-ben", "Ben", "Testperson", "coordinator", "Care coordinator"),
        new("demo-carla", "Carla", "Example-Novak", "coordinator", "Care coordinator"),
        new("demo-dev", "Dev", "Demo-Patel", "coordinator", "Care coordinator"),
        new("demo-elena", "Elena", "Prueba-Ortega", "coordinator", "Care coordinator"),
        new("demo-farid", "Farid", "Haddad-Sample", "coordinator", "Care coordinator"),
        new("demo-grace", "Grace", "Mock-Okafor", "coordinator", "Care coordinator"),
        new("demo-hugo", "Hugo", "Ejemplo-Vidal", "coordinator", "Care coordinator"),
        new("demo-ingrid", "Ingrid", "Specimen-Lindqvist", "nurse-lead", "Nurse lead"),
        new("demo-lucia", "Lucía", "Muestra-Ferrer", "privacy-officer", "Privacy officer"),
        new("demo-marco", "Marco", "Template-Rossi", "physician", "Physician"),
        new("demo-jonas", "Jonas", "Fictional-Weller", "integration-engineer", "Integration engineer"),
        new("demo-kim", "Kim", "Example-Tanaka", "administrator", "Administrator"),
    ];

    /// <summary>Those who work on the list.</summary>
    internal static readonly IReadOnlyList<Colleague> Coordinators = [.. All.Where(person => person.Role == "coordinator")];

    /// <summary>Their scope at work in the simulation, which acts for people before policies are there.</summary>
    internal AccessScope Scope(string? organization, IReadOnlyList<string> teams) => Person(organization, teams).Scope with { Reach = Reach.Everyone };
}

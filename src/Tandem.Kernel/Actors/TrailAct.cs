namespace Tandem.Kernel.Actors;

/// <summary>What an act beside the patients' records is about.</summary>
public enum ActKind
{
    /// <summary>Who is who: signing in and out, and the means of doing so.</summary>
    SignIn,

    /// <summary>What apps and services may do, and their tokens.</summary>
    App,

    /// <summary>Who may do what: accounts, roles, apps that are let in, keys.</summary>
    Permission,

    /// <summary>A record opened in an emergency, and its review.</summary>
    Emergency,

    /// <summary>What a person decided about a patient's care beside the record.</summary>
    Care,
}

/// <summary>Something that decides who may see what without touching a record. Ids only: no name, no login, no secret.</summary>
/// <param name="Code">What happened: lower case with hyphens, such as <c>role-given</c>.</param>
/// <param name="Kind">What it is about.</param>
/// <param name="How">By what means or with what outcome, or empty.</param>
public sealed record TrailAct(string Code, ActKind Kind, string How = "")
{
    /// <summary>Who did it (FHIR reference); null for who is signed in.</summary>
    public string? Actor { get; init; }

    /// <summary>Whom or what it was done to (FHIR references).</summary>
    public IReadOnlyList<string> Subjects { get; init; } = [];

    /// <summary>Whose record it lets somebody see (logical id), or null.</summary>
    public string? Patient { get; init; }

    /// <summary>Who did it, when nobody was signed in before: who is let in by it.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public AccessScope? As { get; init; }

    /// <summary>True when it was written together with what it tells of, so that the trail has nothing left to keep of it.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsKept { get; init; }

    /// <summary>True when it was tried and refused.</summary>
    public bool IsRefused { get; init; }
}

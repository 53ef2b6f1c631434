namespace Tandem.Kernel.Actors;

/// <summary>Who acts: a person, a device or the hub itself.</summary>
/// <param name="Reference">A FHIR reference such as <c>Practitioner/ana</c> or <c>Device/hub</c>; an id, never a name.</param>
/// <param name="Display">How pages name the actor.</param>
public sealed record Actor(string Reference, string Display)
{
    /// <summary>The hub acting by its own rules (pathways, ladders, intake).</summary>
    public static readonly Actor Hub = new("Device/hub", "Tandem");
}

/// <summary>
/// On whose behalf, for which organisation, in which role and for which purpose the record is read or written. There is no way
/// to the record without one; a scope that grants nothing sees nothing.
/// </summary>
/// <param name="Actor">Who.</param>
/// <param name="Organization">For which organisation (FHIR reference), or null for the region itself.</param>
/// <param name="Role">In which role, such as <c>coordinator</c>; <c>system</c> for the hub's own work.</param>
/// <param name="Purpose">HL7 v3 PurposeOfUse, such as <c>TREAT</c>, <c>HOPERAT</c>.</param>
/// <param name="Reach">Which patients' records may be seen.</param>
public sealed record AccessScope(Actor Actor, string? Organization, string Role, string Purpose, Reach Reach)
{
    /// <summary>The teams (FHIR references) whose work the actor shares.</summary>
    public IReadOnlyList<string> Teams { get; init; } = [];

    /// <summary>The app or service that asks (its client_id); null for pages, feeds and the hub itself.</summary>
    public string? App { get; init; }

    /// <summary>Where everything that is read or changed on this scope is noted; nowhere for the hub's own work.</summary>
    public AccessTrail Trail { get; init; } = AccessTrail.None;

    /// <summary>The hub's own work: sees and writes everything.</summary>
    public static readonly AccessScope System = new(Actor.Hub, null, "system", "HOPERAT", Reach.Everyone);

    /// <summary>Nobody: sees nothing, may do nothing.</summary>
    public static readonly AccessScope Nobody = new(new Actor("", "Nobody"), null, "none", "", Reach.NoOne);

    /// <summary>
    /// True when all of these interactions are allowed with at least some resources of a type. Which ones, each query tells: a refusal by
    /// this alone says nothing of any record.
    /// </summary>
    public bool May(Interactions interactions, string type) => Reach.May(interactions, type);

    /// <summary>
    /// The same actor, allowed no more than the layer allows: how an app's SMART scopes meet the person's own. Never widens.
    /// </summary>
    public AccessScope Narrow(AccessLayer layer) => this with { Reach = Reach.Within(layer) };
}

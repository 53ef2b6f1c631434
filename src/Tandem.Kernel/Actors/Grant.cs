namespace Tandem.Kernel.Actors;

/// <summary>One thing that is allowed: interactions with resources of some types, of some people, in some parts.</summary>
/// <param name="Interactions">What may be done.</param>
/// <param name="Types">Resource types; empty for all.</param>
/// <param name="Whose">Whose records.</param>
public sealed record Grant(Interactions Interactions, IReadOnlyList<string> Types, Whose Whose)
{
    /// <summary>
    /// What the resource has to fulfil besides, as a search of its type (<c>category=laboratory&amp;status=final</c>); empty for nothing. Only
    /// parameters that look at the resource alone: no chains, no <c>_has</c>, no results parameters.
    /// </summary>
    public string Query { get; init; } = "";

    /// <summary>Sensitivity and confidentiality labels (<c>ETH</c>, <c>HIV</c>, <c>V</c>): what bears one is left out, unless its holder asks, or a consent that names the label permits it.</summary>
    public IReadOnlyList<string> Withheld { get; init; } = [];

    /// <summary>A label that some consent has to permit, or nothing is allowed (<c>IDSCL</c> for a community partner); empty for none.</summary>
    public string Needs { get; init; } = "";

    /// <summary>True when people's refusals of consent are kept, and their permissions count.</summary>
    public bool AsksConsent { get; init; }

    /// <summary>True for a resource type (or one of <see cref="HubParts"/>) the grant is about.</summary>
    public bool Covers(string type)
    {
        if (Types.Count == 0)
            return !type.StartsWith(HubParts.Prefix, StringComparison.Ordinal);
        foreach (var one in Types)
        {
            if (one == type)
                return true;
        }

        return false;
    }

    /// <summary>True when the grant allows all of these interactions with a type.</summary>
    public bool Allows(Interactions interactions, string type) => (Interactions & interactions) == interactions && Covers(type);
}

/// <summary>
/// A list of grants that somebody or something gave: what one grant allows is allowed. A scope has several layers when several have
/// a say (a person's role, and the app that acts for the person): what all layers allow is allowed.
/// </summary>
/// <param name="Name">Who has the say, such as <c>role coordinator</c> or <c>app Growth chart</c>; shown to people who ask why.</param>
/// <param name="Grants">What is allowed.</param>
public sealed record AccessLayer(string Name, IReadOnlyList<Grant> Grants)
{
    /// <summary>As whom relationships are asked for (FHIR references): the person, its organisation and those below, its teams.</summary>
    public IReadOnlyList<string> Parties { get; init; } = [];

    /// <summary>As whom consents are asked for, and whose own labelled records are seen: the person, its organisation and those above, its teams.</summary>
    public IReadOnlyList<string> Recipients { get; init; } = [];

    /// <summary>Parts of resources that are left out of whatever is shown, by the names of <see cref="HiddenPart"/>; empty for none.</summary>
    public IReadOnlyList<string> Hidden { get; init; } = [];

    /// <summary>For which purpose of use consents are asked for; empty for any.</summary>
    public string Purpose { get; init; } = "";

    /// <summary>The id of what the person (or an administrator) granted the app whose layer this is; null for a person's own layer. What is kept for later holds as long as it.</summary>
    public string? Authorization { get; init; }

    /// <summary>
    /// The moment for which relationships and consents are asked for: when the scope was made, which is with each request. Its offset is that of the site: a day without a time begins and ends at the
    /// midnight of this clock.
    /// </summary>
    public DateTimeOffset At { get; init; }

    /// <summary>True when some grant allows all of these interactions with a type.</summary>
    public bool May(Interactions interactions, string type)
    {
        foreach (var grant in Grants)
        {
            if (grant.Allows(interactions, type))
                return true;
        }

        return false;
    }
}

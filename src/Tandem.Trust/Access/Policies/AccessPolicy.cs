using Tandem.Kernel.Actors;
using Tandem.Kernel.Pages;

namespace Tandem.Trust.Access;

/// <summary>How far a policy is in its life (draft, then active, at last retired).</summary>
public enum PolicyStatus
{
    /// <summary>Not in force; can be tried on the test page.</summary>
    Draft,

    /// <summary>In force from its date.</summary>
    Active,

    /// <summary>Not in force any more; kept for whoever asks why something was seen.</summary>
    Retired,
}

/// <summary>Whose records a rule of a policy is about.</summary>
public enum PolicyWhose
{
    /// <summary>What belongs to no patient: the directory, definitions, terms.</summary>
    Directory,

    /// <summary>Of patients with whom the person, its organisation or one of its teams has a relationship.</summary>
    Related,

    /// <summary>Of every patient, and what belongs to none.</summary>
    Everyone,

    /// <summary>The person's own.</summary>
    Own,

    /// <summary>Of those the person represents.</summary>
    Represented,
}

/// <summary>One rule of a policy.</summary>
/// <param name="Interactions">What may be done.</param>
/// <param name="Types">With which resource types (or parts of the hub); empty for all types.</param>
/// <param name="Whose">With whose records.</param>
/// <param name="Afterwards">How long after a relationship has ended.</param>
/// <param name="Withheld">Labels that are left out.</param>
/// <param name="Needs">A label that a consent has to permit; empty for none.</param>
/// <param name="AsksConsent">True when consents are kept.</param>
/// <param name="Query">What a resource has to fulfil besides, as a search of its one type; empty for nothing.</param>
public sealed record PolicyRule(
    Interactions Interactions, IReadOnlyList<string> Types, PolicyWhose Whose, TimeSpan Afterwards, IReadOnlyList<string> Withheld, string Needs, bool AsksConsent, string Query = "");

/// <summary>What a role may see and do.</summary>
/// <param name="Role">The role.</param>
/// <param name="Version">Its version, such as <c>1.0.0</c>.</param>
/// <param name="Status">How far it is in its life.</param>
/// <param name="From">The day it is in force from.</param>
/// <param name="Title">What it is called.</param>
/// <param name="Below">True when the organisations below the person's own count as its own.</param>
/// <param name="Rules">What is allowed; nothing else is.</param>
public sealed record AccessPolicy(
    string Role, string Version, PolicyStatus Status, DateOnly From, Phrase Title, bool Below, IReadOnlyList<PolicyRule> Rules)
{
    /// <summary>Parts of resources that are not shown to the role (<see cref="HiddenPart"/>); empty for none.</summary>
    public IReadOnlyList<string> Hidden { get; init; } = [];
}

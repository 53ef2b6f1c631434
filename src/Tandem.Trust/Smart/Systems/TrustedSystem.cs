namespace Tandem.Trust.Smart;

/// <summary>A system outside that the site trusts to ask for itself or to open the hub: an electronic health record (settings <c>Smart:Systems</c>).</summary>
public sealed record TrustedSystem
{
    /// <summary>Who signs its assertions (<c>iss</c>); empty when it does not ask by itself.</summary>
    public string Issuer { get; init; } = "";

    /// <summary>Where its public keys are (<c>jku</c>): its assertions may name no other place.</summary>
    public string KeysAt { get; init; } = "";

    /// <summary>The address of its FHIR interface, exactly as it names it (<c>iss</c> of a launch); empty when it does not open the hub.</summary>
    public string Fhir { get; init; } = "";

    /// <summary>The client_id under which it knows the hub.</summary>
    public string ClientId { get; init; } = "";

    /// <summary>For which organisation it asks (reference, <c>Organization/example</c>), or empty for the region.</summary>
    public string Organization { get; init; } = "";

    /// <summary>Its name, for people.</summary>
    public string Name { get; init; } = "";
}

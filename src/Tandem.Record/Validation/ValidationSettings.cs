namespace Tandem.Record.Validation;

/// <summary>What becomes of a resource that breaks a rule or a profile it claims. Its structure is always enforced: the index relies on it.</summary>
public enum ValidationMode
{
    /// <summary>Not looked at.</summary>
    Off,

    /// <summary>Accepted, and told to the sender who asks (Prefer: return=OperationOutcome). Nothing is kept of it.</summary>
    Tell,

    /// <summary>Accepted and told as with <see cref="Tell"/>; what is wrong is kept beside the resource and listed for the people who look after the feeds.</summary>
    Warn,

    /// <summary>Refused, or sent to quarantine, with every place.</summary>
    Enforce,
}

/// <summary>How a site validates (configuration section <c>Validation</c>).</summary>
public sealed record ValidationSettings
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "Validation";

    /// <summary>For what comes over the FHIR interface and is named nowhere else.</summary>
    public ValidationMode Rest { get; init; } = ValidationMode.Tell;

    /// <summary>For what feeds of HL7 v2 messages bring, where the source's own settings say nothing. Nobody asks there, so Tell is as Off.</summary>
    public ValidationMode Feeds { get; init; } = ValidationMode.Off;

    /// <summary>For single apps and services, by their client_id; goes before all others.</summary>
    public IReadOnlyDictionary<string, ValidationMode> Clients { get; init; } = new Dictionary<string, ValidationMode>();

    /// <summary>For single sources of what comes over the FHIR interface, by <c>meta.source</c> as the resource states it; others have <see cref="Rest"/>.</summary>
    public IReadOnlyDictionary<string, ValidationMode> Sources { get; init; } = new Dictionary<string, ValidationMode>();

    /// <summary>FHIR packages (<c>.tgz</c>, or folders of unpacked ones) whose definitions hold beside those in the record.</summary>
    public IReadOnlyList<string> Packages { get; init; } = [];
}

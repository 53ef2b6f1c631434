namespace Tandem.Record.Validation;

/// <summary>What becomes of a resource that breaks a rule or a profile it claims. Its structure is always enforced: the index relies on it.</summary>
public enum ValidationMode
{
    /// <summary>Not looked at.</summary>
    Off,

    /// <summary>Accepted, and told to the sender who asks (Prefer: return=OperationOutcome).</summary>
    Warn,

    /// <summary>Refused.</summary>
    Enforce,
}

/// <summary>How a site validates (configuration section <c>Validation</c>).</summary>
public sealed record ValidationSettings
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "Validation";

    /// <summary>For what comes over the FHIR interface.</summary>
    public ValidationMode Rest { get; init; } = ValidationMode.Warn;

    /// <summary>For single sources, by <c>meta.source</c> as the resource states it; others have <see cref="Rest"/>.</summary>
    public IReadOnlyDictionary<string, ValidationMode> Sources { get; init; } = new Dictionary<string, ValidationMode>();

    /// <summary>FHIR packages (<c>.tgz</c>, or folders of unpacked ones) whose definitions hold beside those in the record.</summary>
    public IReadOnlyList<string> Packages { get; init; } = [];

    /// <summary>What holds for a source.</summary>
    public ValidationMode ModeOf(string? source) => source is not null && Sources.TryGetValue(source, out var own) ? own : Rest;
}

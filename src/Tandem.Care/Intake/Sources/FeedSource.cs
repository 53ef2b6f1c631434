using System.Text;
using Tandem.Care.Intake.Mapping;
using Tandem.Hl7v2;
using Tandem.Hl7v2.Segments;
using Tandem.Kernel.Actors;
using Tandem.Record.Validation;

namespace Tandem.Care.Intake;

/// <summary>One system that sends messages, and how its messages are to be understood.</summary>
public sealed record FeedSource
{
    internal const string DevicePrefix = "Device/feed-";

    /// <summary>A name that stays: letters, digits and -; part of ids, so it is never given to another system.</summary>
    public required string Id { get; init; }

    /// <summary>How pages name it.</summary>
    public string Display { get; init; } = "";

    /// <summary>MSH-3 of its messages (name or universal id, case does not matter); null for any.</summary>
    public string? Application { get; init; }

    /// <summary>MSH-4 of its messages (name or universal id, case does not matter); null for any.</summary>
    public string? Facility { get; init; }

    /// <summary>FHIR reference of the organisation behind it, or null.</summary>
    public string? Organization { get; init; }

    /// <summary>IANA time zone of its times without offset. Always stated: never guessed from the machine.</summary>
    public required string Zone { get; init; }

    /// <summary>Identifier system by assigning authority (namespace or universal id).</summary>
    public IReadOnlyDictionary<string, string> Systems { get; init; } = new Dictionary<string, string>();

    /// <summary>Table 0211 name used when MSH-18 is empty; null: UTF-8 when the bytes allow it, else ISO 8859-1.</summary>
    public string? CharacterSet { get; init; }

    /// <summary>True when it was registered because a message came, and nobody has looked at it yet.</summary>
    public bool RegisteredByItself { get; init; }

    /// <summary>Identifier system of patient numbers that come without assigning authority; null for one of the source's own.</summary>
    public string? DefaultAuthority { get; init; }

    /// <summary>Code system URI by the name the source uses (CWE-3), before the names of table 0396.</summary>
    public IReadOnlyDictionary<string, string> CodeSystems { get; init; } = new Dictionary<string, string>();

    /// <summary>What becomes of a message whose content breaks a rule of FHIR or a profile; null for what the site says (<c>Validation:Feeds</c>).</summary>
    public ValidationMode? Validation { get; init; }

    /// <summary>FHIR reference of the device that stands for it in provenance.</summary>
    public string Device => DevicePrefix + Id;

    /// <summary>The logical id of <see cref="Device"/>.</summary>
    internal string DeviceId => Device["Device/".Length..];

    /// <summary>What mapping needs to know.</summary>
    internal SourceSettings ToSettings() => new(
        Id, Display.Length > 0 ? Display : Id, Zone, Organization, DefaultAuthority, Systems, CodeSystems, CharacterSet);

    /// <summary>On whose behalf its messages are applied.</summary>
    internal AccessScope ToScope() => new(new Actor(Device, Display.Length > 0 ? Display : Id), Organization, "feed", "TREAT", Reach.Everyone);

    /// <summary>How well a message's sender fits: 0 not at all, 1 by a wildcard alone, more for each part that is stated and equal.</summary>
    internal int Fit(Sender sender)
    {
        var application = FitOf(Application, sender.Application, sender.ApplicationId);
        var facility = FitOf(Facility, sender.Facility, sender.FacilityId);
        return application < 0 || facility < 0 ? 0 : 1 + application + facility;
    }

    private static int FitOf(string? stated, string? name, string? universalId)
    {
        if (stated is null)
            return 0;
        return stated.Equals(name, StringComparison.OrdinalIgnoreCase) || stated.Equals(universalId, StringComparison.OrdinalIgnoreCase) ? 1 : -1;
    }
}

/// <summary>Who a message says it is from (MSH-3 and MSH-4).</summary>
internal readonly record struct Sender(string? Application, string? ApplicationId, string? Facility, string? FacilityId)
{
    internal static Sender Of(Hl7Message message)
    {
        var header = Msh.In(message);
        return new(header.SendingApplication.NamespaceId, header.SendingApplication.UniversalId,
            header.SendingFacility.NamespaceId, header.SendingFacility.UniversalId);
    }

    /// <summary>A source id made of the sender's names: lower case, other characters than letters and digits as one hyphen.</summary>
    internal string ToSourceId()
    {
        var text = new StringBuilder();
        foreach (var c in $"{Facility ?? FacilityId} {Application ?? ApplicationId}".Trim().ToLowerInvariant())
        {
            if (char.IsAsciiLetterOrDigit(c))
                text.Append(c);
            else if (text.Length > 0 && text[^1] != '-')
                text.Append('-');
        }

        var id = text.ToString().Trim('-');
        return id.Length switch { 0 => "unnamed", > 48 => id[..48].Trim('-'), _ => id };
    }
}

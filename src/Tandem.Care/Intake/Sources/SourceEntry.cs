using System.Text;
using Microsoft.AspNetCore.Http;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Validation;

namespace Tandem.Care.Intake;

/// <summary>The settings of a source as a person typed them.</summary>
/// <param name="Display">How pages name it.</param>
/// <param name="Application">MSH-3, or empty for any.</param>
/// <param name="Facility">MSH-4, or empty for any.</param>
/// <param name="Zone">IANA time zone.</param>
/// <param name="CharacterSet">Table 0211 name, or empty.</param>
/// <param name="Organization">FHIR reference, or empty.</param>
/// <param name="DefaultAuthority">Identifier system, or empty.</param>
/// <param name="Systems">Lines of <c>name = system</c>.</param>
/// <param name="CodeSystems">Lines of <c>name = system</c>.</param>
/// <param name="Validation">Name of a <see cref="ValidationMode"/>, or empty.</param>
internal sealed record SourceEntry(
    string Display, string Application, string Facility, string Zone, string CharacterSet, string Organization, string DefaultAuthority, string Systems,
    string CodeSystems, string Validation = "")
{
    /// <summary>What can be chosen for a source that states none: table 0211 names; empty lets the bytes decide.</summary>
    internal static readonly IReadOnlyList<string> CharacterSets = ["", "UNICODE UTF-8", "8859/1", "8859/2", "8859/5", "8859/9", "8859/15", "WINDOWS-1252"];

    /// <summary>What can be chosen for a source's rules; empty leaves it to the site.</summary>
    internal static readonly IReadOnlyList<string> Modes = ["", nameof(ValidationMode.Off), nameof(ValidationMode.Warn), nameof(ValidationMode.Enforce)];

    internal static SourceEntry Of(FeedSource source) => new(
        source.Display, source.Application ?? "", source.Facility ?? "", source.Zone, source.CharacterSet ?? "", source.Organization ?? "",
        source.DefaultAuthority ?? "", Lines(source.Systems), Lines(source.CodeSystems), source.Validation?.ToString() ?? "");

    internal static SourceEntry Read(IFormCollection form)
    {
        return new(
            Text("display"), Text("application"), Text("facility"), Text("zone"), Text("charset"), Text("organization"), Text("authority"), Text("systems"),
            Text("codes"), Text("validation"));

        string Text(string name) => form[name].ToString().Trim();
    }

    /// <summary>The source with these settings, looked at by a person; or what is wrong, by field.</summary>
    internal Outcome<FeedSource> Decide(FeedSource source)
    {
        List<RefusalDetail> wrong = [];
        if (Display.Length is 0 or > 100)
            wrong.Add(new("required", SourceWords.DisplayWrong, "display"));
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(Zone, out var zone) || !zone.HasIanaId)
            wrong.Add(new("value", SourceWords.ZoneWrong, "zone"));
        if (!CharacterSets.Contains(CharacterSet) && CharacterSet != source.CharacterSet)
            wrong.Add(new("value", SourceWords.CharsetWrong, "charset"));
        if (Organization.Length > 0 && (!Organization.StartsWith("Organization/", StringComparison.Ordinal) || Organization.Length is < 14 or > 80))
            wrong.Add(new("value", SourceWords.OrganizationWrong, "organization"));
        if (DefaultAuthority.Length > 0 && !IsSystem(DefaultAuthority))
            wrong.Add(new("value", SourceWords.SystemWrong, "authority"));
        var (systems, codes) = (Pairs(Systems), Pairs(CodeSystems));
        if (systems is null)
            wrong.Add(new("value", SourceWords.PairsWrong, "systems"));
        if (codes is null)
            wrong.Add(new("value", SourceWords.PairsWrong, "codes"));
        if (Validation.Length > 0 && !Modes.Contains(Validation))
            wrong.Add(new("value", SourceWords.ValidationWrong, "validation"));
        return wrong.Count > 0 ? Refusal.Unprocessable(wrong[0].Text, [.. wrong]) : source with
        {
            Display = Display, Application = Null(Application), Facility = Null(Facility), Zone = Zone, CharacterSet = Null(CharacterSet),
            Organization = Null(Organization), DefaultAuthority = Null(DefaultAuthority), Systems = systems!, CodeSystems = codes!, RegisteredByItself = false,
            Validation = Validation.Length == 0 ? null : Enum.Parse<ValidationMode>(Validation),
        };
    }

    private static string? Null(string text) => text.Length == 0 ? null : text;

    private static bool IsSystem(string text) => Uri.TryCreate(text, UriKind.Absolute, out _);

    private static Dictionary<string, string>? Pairs(string lines)
    {
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in lines.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (line.Split('=', 2, StringSplitOptions.TrimEntries) is not [{ Length: > 0 } name, var system] || !IsSystem(system) || !pairs.TryAdd(name, system))
                return null;
        }

        return pairs;
    }

    private static string Lines(IReadOnlyDictionary<string, string> pairs)
    {
        var text = new StringBuilder();
        foreach (var (name, system) in pairs.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            text.Append(name).Append(" = ").Append(system).Append('\n');
        return text.ToString();
    }
}

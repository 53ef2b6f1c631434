using System.Globalization;
using System.Text.Json.Nodes;
using Tandem.Fhir.Json;

namespace Tandem.Record.Retention;

/// <summary>How far a rule is in its life.</summary>
public enum RuleStatus
{
    /// <summary>Not in force.</summary>
    Draft,

    /// <summary>In force from its day until another of its kind begins.</summary>
    Active,

    /// <summary>Not in force any more, or taken back before it was; kept for whoever asks.</summary>
    Retired,
}

/// <summary>How long a kind is kept, from a day on: a <c>Basic</c> with the code <c>retention-rule</c> (see <c>docs/reference/retention.md</c>).</summary>
/// <param name="Kind">The kind's <see cref="RetainedKind.Code"/>.</param>
/// <param name="Days">How many days.</param>
/// <param name="From">The day where the site is from which it is in force.</param>
/// <param name="Status">How far it is in its life.</param>
/// <param name="Reason">Why; no health information.</param>
public sealed record RetentionRule(string Kind, int Days, DateOnly From, RuleStatus Status, string Reason)
{
    /// <summary>The longest time that a rule may name: a hundred years.</summary>
    public const int MostDays = 36_525;

    private const string System = "https://tandem.example/fhir/CodeSystem/content-kind";
    private const string Code = "retention-rule";
    private const string Base = "https://tandem.example/fhir/StructureDefinition/retention-rule-";

    /// <summary>True for the resource of a rule.</summary>
    public static bool IsRule(FhirNode basic) => basic["resourceType"u8].Text == "Basic"
        && basic["code"u8]["coding"u8].Items.AsEnumerable().Any(coding => coding["system"u8].Text == System && coding["code"u8].Text == Code);

    /// <summary>What is wrong with a rule, or null.</summary>
    public static string? Fault(FhirNode basic) => Read(basic, out var fault) is null ? fault : null;

    /// <summary>The rule, or null when it cannot be used.</summary>
    internal static RetentionRule? Read(FhirNode basic, out string fault)
    {
        var (kind, reason) = (Value(basic, "kind") ?? "", Value(basic, "reason") ?? "");
        var isStatus = Enum.TryParse<RuleStatus>(Value(basic, "status"), ignoreCase: true, out var status);
        var isDay = DateOnly.TryParseExact(Value(basic, "date"), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var from);
        var isCount = int.TryParse(Value(basic, "days"), NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days <= MostDays;
        var wrong = kind.Length == 0 ? "kind is missing"
            : !isCount ? $"days has to be a number up to {MostDays}"
            : !isDay ? "date has to be a day"
            : !isStatus ? "status has to be draft, active or retired"
            : reason.Length == 0 ? "reason is missing" : "";
        fault = wrong.Length == 0 ? "" : $"The retention rule cannot be used: {wrong}.";
        return wrong.Length == 0 ? new(kind, days, from, status, reason) : null;
    }

    /// <summary>The resource, without its id.</summary>
    public JsonObject ToResource() => new()
    {
        ["resourceType"] = "Basic",
        ["extension"] = new JsonArray(
            Extension("kind", "valueCode", Kind),
            Extension("days", "valueUnsignedInt", Days),
            Extension("date", "valueDate", From.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
            Extension("status", "valueCode", Status.ToString().ToLowerInvariant()),
            Extension("reason", "valueString", Reason)),
        ["code"] = new JsonObject { ["coding"] = new JsonArray(new JsonObject { ["system"] = System, ["code"] = Code }) },
    };

    private static JsonObject Extension(string name, string type, JsonNode value) => new() { ["url"] = Base + name, [type] = value };

    private static string? Value(FhirNode basic, string name)
    {
        foreach (var extension in basic["extension"u8].Items.AsEnumerable().Where(extension => extension["url"u8].Text == Base + name))
        {
            foreach (var member in extension.Properties)
            {
                if (member.Name.StartsWith("value", StringComparison.Ordinal))
                    return member.Text;
            }
        }

        return null;
    }
}

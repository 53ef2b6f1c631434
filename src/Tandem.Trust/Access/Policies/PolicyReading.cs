using System.Globalization;
using Tandem.Fhir.Definitions;
using Tandem.Fhir.Json;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Pages;
using Tandem.Record.Access;

namespace Tandem.Trust.Access;

/// <summary>Reads a policy from its resource: a <c>Basic</c> with the code <c>access-policy</c> and a rule in each extension of that name (see <c>docs/reference/access.md</c>).</summary>
public static class PolicyReading
{
    internal const string System = "https://tandem.example/fhir/CodeSystem/content-kind";
    internal const string Code = "access-policy";
    private const string Base = "https://tandem.example/fhir/StructureDefinition/access-policy-";

    /// <summary>True for the resource of a policy.</summary>
    public static bool IsPolicy(FhirNode basic) => basic["resourceType"u8].Text == "Basic"
        && basic["code"u8]["coding"u8].Items.AsEnumerable().Any(coding => coding["system"u8].Text == System && coding["code"u8].Text == Code);

    /// <summary>What is wrong with a policy, or null.</summary>
    public static string? Fault(FhirNode basic)
    {
        try
        {
            _ = Read(basic);
            return null;
        }
        catch (FormatException e)
        {
            return e.Message;
        }
    }

    /// <summary>The policy.</summary>
    /// <exception cref="FormatException">Something is missing or is not what it has to be.</exception>
    internal static AccessPolicy Read(FhirNode basic) => new(
        Text(basic, "role") ?? throw Wrong("role is missing"),
        Text(basic, "version") ?? throw Wrong("version is missing"),
        Enum.TryParse<PolicyStatus>(Text(basic, "status"), ignoreCase: true, out var status) ? status : throw Wrong("status has to be draft, active or retired"),
        DateOnly.TryParseExact(Text(basic, "date"), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var from) ? from : throw Wrong("date has to be a day"),
        Title(Named(basic["extension"u8], Base + "title").FirstOrDefault()),
        Text(basic, "below") == "true",
        [.. Named(basic["extension"u8], Base + "rule").Select(Rule)])
    {
        Hidden = [.. Named(basic["extension"u8], Base + "hidden").Select(Value).Select(part => part is not null && HiddenPart.All.Contains(part)
            ? part
            : throw Wrong($"hidden has to be one of {string.Join(", ", HiddenPart.All)}"))],
    };

    private static PolicyRule Rule(FhirNode rule)
    {
        var parts = rule["extension"u8];
        var types = Named(parts, "type").Select(Value).OfType<string>().ToList();
        if (types.Find(type => !R4.IsResourceType(type) && !type.StartsWith(HubParts.Prefix, StringComparison.Ordinal)) is { } unknown)
            throw Wrong($"there is no resource type {unknown}");
        var query = One(parts, "query") ?? "";
        if (query.Length > 0 && (types is not [var type] || GrantQuery.Problem(type, query) is not null))
            throw Wrong("a query needs one type, and search parameters that look at the resource alone");
        return new PolicyRule(
            InteractionLetters.Parse(One(parts, "interactions") ?? "") ?? throw Wrong("interactions have to be letters of cruds"),
            types,
            Enum.TryParse<PolicyWhose>(One(parts, "whose"), ignoreCase: true, out var whose) ? whose : throw Wrong("whose has to be directory, related, everyone, own or represented"),
            int.TryParse(One(parts, "days-afterwards") ?? "0", CultureInfo.InvariantCulture, out var days) && days >= 0 ? TimeSpan.FromDays(days) : throw Wrong("days-afterwards has to be a number"),
            [.. Named(parts, "withheld").Select(Value).OfType<string>()],
            One(parts, "needs-consent") ?? "",
            One(parts, "asks-consent") == "true",
            query);
    }

    /// <summary>What pages call it; in English where its translation is not given.</summary>
    private static Phrase Title(FhirNode title)
    {
        var english = Value(title) is { Length: > 0 } text ? text : throw Wrong("title is missing");
        var spanish = Named(title["_valueString"u8]["extension"u8], "http://hl7.org/fhir/StructureDefinition/translation")
            .Where(translation => One(translation["extension"u8], "lang") == Languages.Spanish)
            .Select(translation => One(translation["extension"u8], "content"))
            .FirstOrDefault();
        return new Phrase(english, string.IsNullOrWhiteSpace(spanish) ? english : spanish);
    }

    private static string? Text(FhirNode basic, string name) => Named(basic["extension"u8], Base + name).Select(Value).FirstOrDefault();

    private static string? One(FhirNode extensions, string name) => Named(extensions, name).Select(Value).FirstOrDefault();

    private static IEnumerable<FhirNode> Named(FhirNode extensions, string url) => extensions.Items.AsEnumerable().Where(extension => extension["url"u8].Text == url);

    private static string? Value(FhirNode extension)
    {
        foreach (var member in extension.Properties)
        {
            if (member.Name.StartsWith("value", StringComparison.Ordinal))
                return member.Text;
        }

        return null;
    }

    private static FormatException Wrong(string what) => new($"The access policy cannot be used: {what}.");
}

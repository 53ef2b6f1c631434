using Tandem.Fhir.Definitions;
using Tandem.Fhir.FhirPath;
using Tandem.Fhir.Json;

namespace Tandem.Fhir.Validation;

/// <summary>A place where an extension may stand (R4 2.4.0.2 and 5.3.4, StructureDefinition.context).</summary>
/// <param name="Type"><c>element</c>, <c>extension</c> or <c>fhirpath</c>.</param>
/// <param name="Expression">A path, a type or an element of a profile (<c>url#id</c>); an extension's address, with <c>#part</c> for a part of it; or an expression that selects elements of the resource.</param>
internal sealed record ExtensionContext(string Type, string Expression)
{
    /// <summary>True for what may stand on everything.</summary>
    internal bool IsAnywhere => Type == "element" && Expression == "Element";

    /// <summary>Whether an extension may stand on what holds it. What cannot be told, as a profile is not here or an expression cannot be read, is allowed.</summary>
    internal bool Allows(ExtensionHolder holder, ValidationRun run, FhirNode root) => Type switch
    {
        "element" => IsAnywhere || (Expression.Contains("://", StringComparison.Ordinal) ? AllowsElementOfProfile(holder, run, root) : holder.IsCalled(Plain(Expression))),
        "extension" => AllowsExtension(holder),
        "fhirpath" => Selects(holder, run, root),
        _ => true, // StructureCheck names the wrong code in the definition
    };

    /// <summary>The holder is the extension, the value of it, or the named part of it.</summary>
    private bool AllowsExtension(ExtensionHolder holder)
    {
        var (url, part) = Split();
        var around = holder.Extensions;
        if (part is null)
            return around.Count > 0 && around[^1] == url;
        var name = part[(part.LastIndexOfAny([':', '.']) + 1)..];
        return around.Count > 1 && around[^1] == name && around[^2] == url;
    }

    private bool Selects(ExtensionHolder holder, ValidationRun run, FhirNode root)
    {
        if (FhirPathExpression.Compile(Expression, out _) is not { } expression)
            return true;
        return !expression.TryEvaluate(run.OwnContext(holder.Resource, root), out var selected, out _) || selected.Contains(holder.Value);
    }

    private bool AllowsElementOfProfile(ExtensionHolder holder, ValidationRun run, FhirNode root)
    {
        var (url, id) = Split();
        if (ProfileSet.CoreType(url) is { } core)
            return holder.IsCalled(id is null ? core.Name : Plain(id));
        if (run.Validator.Profiles.Find(url, out _) is not { } profile)
            return true;
        if (holder.From(profile.Type) is not { } way)
            return false;
        return (id is null ? way.Count == 1 : Follows(way, id, url, run)) && run.Conforms(way[0].Value, url, holder.Resource, root) != false;
    }

    /// <summary>The elements from the profile's root to the holder are those of the id, in the slices it names.</summary>
    private static bool Follows(List<ExtensionHolder.Step> way, string id, string profile, ValidationRun run)
    {
        var steps = id.Split('.');
        if (steps.Length != way.Count)
            return false;
        for (var at = 1; at < steps.Length; at++)
        {
            var parts = steps[at].Split(':', 2);
            if (way[at].Name != Plain(parts[0]) || (parts.Length > 1 && run.InSlice(way[at].Value, profile, parts[1]) == false))
                return false;
        }

        return true;
    }

    private (string Url, string? Part) Split()
    {
        var hash = Expression.IndexOf('#', StringComparison.Ordinal);
        return hash < 0 ? (Expression, null) : (Expression[..hash], Expression[(hash + 1)..]);
    }

    private static string Plain(string path) => path.Replace("[x]", "", StringComparison.Ordinal);
}

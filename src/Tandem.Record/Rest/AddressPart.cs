using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Matching;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Tandem.Record.Rest;

/// <summary>
/// A part of an address that has a name (<c>{type}</c>, <c>{id}</c>): never a word of the interface itself (<c>metadata</c>, <c>_history</c>, <c>$validate</c>). Routing has to be told, or it builds every
/// interaction below each of these words again, thousands of places that no address leads to, made at the first request of a hub.
/// </summary>
internal sealed class AddressPart : IParameterLiteralNodeMatchingPolicy
{
    private static readonly AddressPart Any = new();

    /// <summary>A pattern of routing as written.</summary>
    internal static RoutePattern Pattern(string path)
    {
        var policies = new RouteValueDictionary();
        foreach (var part in RoutePatternFactory.Parse(path).Parameters)
            policies[part.Name] = Any;
        return RoutePatternFactory.Parse(path, defaults: null, policies);
    }

    /// <summary>True when a word of a pattern may also stand for what the parameter names: a type, whose name begins with a capital letter.</summary>
    public bool MatchesLiteral(string parameterName, string literal) => char.IsAsciiLetterUpper(literal[0]);
}

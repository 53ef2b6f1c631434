using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;
using Microsoft.Extensions.DependencyInjection;
using Tandem.Fhir.Definitions;

namespace Tandem.Record.Rest;

/// <summary>What an address takes, for the header Allow of a refusal with 405 (RFC 9110, 15.5.6).</summary>
internal static class AllowedMethods
{
    /// <summary>The methods of all interactions that are mapped at a request's address, in the order of the alphabet, separated by commas; empty when there is none.</summary>
    internal static string At(HttpContext http) => string.Join(", ", http.RequestServices.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        .Where(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>() is not null && IsAt(endpoint, http.Request.Path))
        .SelectMany(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods).Distinct().Order(StringComparer.Ordinal));

    private static bool IsAt(RouteEndpoint endpoint, PathString path)
    {
        var values = new RouteValueDictionary();
        return new TemplateMatcher(TemplateParser.Parse(endpoint.RoutePattern.RawText!.TrimStart('/')), []).TryMatch(path, values)
            && (values["type"]?.ToString() is not { } type || R4.IsResourceType(type))
            && !values.Values.Any(value => value?.ToString() is ['_' or '$', ..]); // that is no id and no member but an interaction
    }
}

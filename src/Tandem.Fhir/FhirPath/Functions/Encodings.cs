using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Tandem.Fhir.FhirPath.Expressions;

namespace Tandem.Fhir.FhirPath.Functions;

/// <summary><c>encode</c>, <c>decode</c>, <c>escape</c>, <c>unescape</c> (FHIRPath 2.1, 5.6.13 and 5.6.14). A text that cannot be decoded gives nothing.</summary>
internal static class Encodings
{
    internal static readonly Function[] All =
    [
        new("encode", 1, 1, (in focus, call, run) => Apply(focus, call, run, Encode)),
        new("decode", 1, 1, (in focus, call, run) => Apply(focus, call, run, Decode)),
        new("escape", 1, 1, (in focus, call, run) => Apply(focus, call, run, Escape)),
        new("unescape", 1, 1, (in focus, call, run) => Apply(focus, call, run, Unescape)),
    ];

    private static Values Apply(in Values focus, Call call, Evaluation run, Func<string, string, string?> apply)
    {
        if (call.Text(focus) is not { } text || call.TextArgument(0, run) is not { } form)
            return default;
        run.Charge(1 + text.Length / 16, call);
        try
        {
            return apply(text, form) is { } result ? Values.Of(run.Charge(result, call)) : default;
        }
        catch (Exception e) when (e is FormatException or JsonException or ArgumentException or InvalidOperationException) // the last two: half a surrogate
        {
            return default;
        }
    }

    private static string? Encode(string text, string form) => form switch
    {
        "hex" => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text)),
        "base64" => Convert.ToBase64String(Encoding.UTF8.GetBytes(text)),
        "urlbase64" => Convert.ToBase64String(Encoding.UTF8.GetBytes(text)).Replace('+', '-').Replace('/', '_'),
        _ => null,
    };

    private static string? Decode(string text, string form) => form switch
    {
        "hex" => Encoding.UTF8.GetString(Convert.FromHexString(text)),
        "base64" => Encoding.UTF8.GetString(Convert.FromBase64String(text)),
        "urlbase64" => Encoding.UTF8.GetString(Convert.FromBase64String(text.Replace('-', '+').Replace('_', '/'))),
        _ => null,
    };

    private static string? Escape(string text, string form) => form switch
    {
        "html" => WebUtility.HtmlEncode(text),
        "json" => JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString(),
        _ => null,
    };

    private static string? Unescape(string text, string form) => form switch
    {
        "html" => WebUtility.HtmlDecode(text),
        "json" => UnescapeJson(text),
        _ => null,
    };

    /// <summary>Quotes that were left as they are are taken as they are.</summary>
    private static string? UnescapeJson(string text)
    {
        var quoted = new StringBuilder("\"");
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 1 < text.Length)
                quoted.Append(text[i++]).Append(text[i]);
            else
                quoted.Append(text[i] == '"' ? "\\\"" : text[i].ToString());
        }

        using var parsed = JsonDocument.Parse(quoted.Append('"').ToString());
        return parsed.RootElement.GetString();
    }
}

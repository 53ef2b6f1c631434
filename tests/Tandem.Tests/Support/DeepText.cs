namespace Tandem.Tests.Support;

/// <summary>A narrative nested as deep as the record takes a resource: 128 levels, extensions within extensions.</summary>
internal static class DeepText
{
    /// <summary>The member <c>text</c>.</summary>
    internal static string Member { get; } = $$"""
        "text":{"extension":[{{Within(62)}}],"status":"empty","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">-</div>"}
        """;

    private static string Within(int levels) => levels == 0 ? """{"url":"urn:x","valueString":"deep"}""" : $$"""{"url":"urn:x","extension":[{{Within(levels - 1)}}]}""";
}

using System.Net.Http.Headers;

namespace Tandem.Benchmarks.Fhir;

/// <summary>Requests to a FHIR interface; anything but success throws.</summary>
internal static class FhirClient
{
    private static readonly MediaTypeHeaderValue FhirJson = new("application/fhir+json");

    /// <summary>The address of what was created, or null.</summary>
    internal static Task<Uri?> PostAsync(HttpClient client, string path, byte[] body) => SendAsync(client, HttpMethod.Post, path, body);

    internal static Task<Uri?> PutAsync(HttpClient client, string path, byte[] body) => SendAsync(client, HttpMethod.Put, path, body);

    internal static async Task<byte[]> GetAsync(HttpClient client, string path)
    {
        using var response = await client.GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseContentRead);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadAsByteArrayAsync();
    }

    /// <summary>What is answered.</summary>
    internal static async Task<byte[]> PostForAnswerAsync(HttpClient client, string path, byte[] body)
    {
        using var response = await AnswerAsync(client, HttpMethod.Post, path, body);
        return await response.Content.ReadAsByteArrayAsync();
    }

    private static async Task<Uri?> SendAsync(HttpClient client, HttpMethod method, string path, byte[] body)
    {
        using var response = await AnswerAsync(client, method, path, body);
        return response.Headers.Location;
    }

    private static async Task<HttpResponseMessage> AnswerAsync(HttpClient client, HttpMethod method, string path, byte[] body)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = FhirJson;
        var response = await client.SendAsync(request);
        return response.EnsureSuccessStatusCode();
    }
}

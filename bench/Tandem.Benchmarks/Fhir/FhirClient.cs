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

    /// <summary>Creates an observation and gives its path.</summary>
    internal static async Task<string> CreateAsync(HttpClient client, int number)
    {
        var location = await PostAsync(client, "fhir/Observation", Samples.Observation(number));
        var path = location!.IsAbsoluteUri ? location.AbsolutePath : location.ToString();
        return path[..path.IndexOf("/_history", StringComparison.Ordinal)];
    }

    private static async Task<Uri?> SendAsync(HttpClient client, HttpMethod method, string path, byte[] body)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = FhirJson;
        using var response = await client.SendAsync(request);
        response.EnsureSuccessStatusCode();
        return response.Headers.Location;
    }
}

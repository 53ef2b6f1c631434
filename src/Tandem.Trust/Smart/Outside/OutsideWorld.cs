using System.Net.Http.Headers;
using System.Text;
using Tandem.Kernel.Net;

namespace Tandem.Trust.Smart;

/// <summary>
/// What this server itself asks of others: key sets and discovery documents. No redirects, no cookies, no proxy, only to public addresses, a few
/// seconds and kilobytes. Thread-safe.
/// </summary>
internal sealed class OutsideWorld(SmartSettings settings) : IDisposable
{
    private const int Largest = 256 * 1024;

    private readonly HttpClient client = new(GuardedConnection.Handler((_, address) =>
        GuardedConnection.IsPublic(address) || (settings.AllowLoopback && System.Net.IPAddress.IsLoopback(address))))
    {
        Timeout = settings.OutsideWaits,
        MaxResponseContentBufferSize = Largest,
    };

    /// <summary>The JSON at an address; null when it cannot be had.</summary>
    internal Task<string?> GetAsync(string address, CancellationToken cancel) => SendAsync(new HttpRequestMessage(HttpMethod.Get, address), cancel);

    /// <summary>Sends a request and gives the body of a good answer; null for any other.</summary>
    internal async Task<string?> SendAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        using (request)
        {
            if (request.RequestUri is not { } address || !ClientAddress.IsServer(address.AbsoluteUri, settings.AllowLoopback))
                return null;
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
            try
            {
                using var response = await client.SendAsync(request, cancel);
                return response.IsSuccessStatusCode ? Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync(cancel)) : null;
            }
            catch (HttpRequestException)
            {
                return null; // whatever keeps them from answering, for us they did not
            }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
            {
                return null; // too slow
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();
}

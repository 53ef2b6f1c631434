using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;
using System.Net;

namespace Tandem.Record.Bulk;

/// <summary>Opens a file to import: of the import folder or of a host, plain or compressed with gzip.</summary>
internal static class ImportedFile
{
    private static readonly HttpClient Fetching = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) }) { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>The file's text.</summary>
    /// <exception cref="BulkException">It is not there, cannot be fetched, or is a page.</exception>
    internal static async Task<Stream> OpenAsync(ImportInput input, BulkOptions options, HostPace pace, CancellationToken cancel)
    {
        var stream = input.FileName is { } name ? Open(Path.Combine(options.Import, name), name) : await FetchAsync(input, pace, cancel);
        var pipe = PipeReader.Create(stream);
        var beginning = await pace.WithinAsync(late => pipe.ReadAtLeastAsync(2, late).AsTask(), cancel);
        pace.Begin();
        var isCompressed = beginning.Buffer.Length >= 2 && beginning.Buffer.Slice(0, 2).ToArray() is [0x1f, 0x8b]; // RFC 1952 2.3.1
        pipe.AdvanceTo(beginning.Buffer.Start);
        return isCompressed ? new GZipStream(new WholeGzip(pipe.AsStream()), CompressionMode.Decompress) : pipe.AsStream();
    }

    private static FileStream Open(string path, string name)
    {
        try
        {
            return File.OpenRead(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BulkException($"The file {name} is no longer in the hub's import folder, or may not be read.");
        }
    }

    private static async Task<Stream> FetchAsync(ImportInput input, HostPace pace, CancellationToken cancel)
    {
        try
        {
            var response = await pace.WithinAsync(late => Fetching.GetAsync(new Uri(input.Url), HttpCompletionOption.ResponseHeadersRead, late), cancel);
            if (response.StatusCode == HttpStatusCode.OK && response.Content.Headers.ContentType?.MediaType is not ("text/html" or "application/xhtml+xml"))
                return await response.Content.ReadAsStreamAsync(cancel);
            using (response)
                throw new BulkException(response.StatusCode == HttpStatusCode.OK ? $"{input.Name} is a page ({response.Content.Headers.ContentType}) and no NDJSON." : $"{input.Name} cannot be fetched: {response.StatusCode}.");
        }
        catch (HttpRequestException e)
        {
            throw new BulkException($"{input.Name} cannot be fetched: {e.HttpRequestError}.");
        }
    }
}

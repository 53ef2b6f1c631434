using Tandem.Fhir.Definitions;
using Tandem.Fhir.Json;
using Tandem.Fhir.Views;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Rest;

namespace Tandem.Record.Bundles;

/// <summary>What an entry asks for: its method and its address, which go together (R4 3.1.0.11).</summary>
/// <param name="Method">The method.</param>
/// <param name="Url">The address, without the interface's own.</param>
/// <param name="Path">What of it stands before the question mark, by its slashes.</param>
/// <param name="Query">What stands after it; null when it has none.</param>
internal sealed record EntryAddress(EntryMethod Method, string Url, string[] Path, string? Query)
{
    /// <summary>See <see cref="BundleEntry.IsInteraction"/>.</summary>
    internal bool IsInteraction { get; } = EntryInteractions.Takes(Method, Path);

    /// <summary>True for a read of a resource or of one of its versions.</summary>
    internal bool IsRead => Method == EntryMethod.Get && !IsInteraction && Path.Length > 1;

    /// <summary>Reads method and address of an entry's request.</summary>
    internal static Outcome<EntryAddress> Read(FhirNode request, int index, OwnAddresses own)
    {
        if (request["url"u8].Text is not { } address)
            return BundleEntry.Wrong(index, ".request.url", "required", "An entry needs the address it is for.");
        if (request["method"u8].Text is not { } verb || !TryMethod(verb, out var method))
            return BundleEntry.Wrong(index, ".request.method", "not-supported", "The method has to be GET, POST, PUT, PATCH or DELETE.");
        var url = Relative(address, own);
        var question = url.IndexOf('?', StringComparison.Ordinal);
        var read = new EntryAddress(method, url, (question < 0 ? url : url[..question]).Split('/'), question < 0 ? null : url[(question + 1)..]);
        return read.IsInteraction || (R4.IsResourceType(read.Path[0]) && read.IsShape())
            ? read
            : BundleEntry.Wrong(index, ".request.url", "invalid", "The address is none that this method can have.");
    }

    private static bool TryMethod(string verb, out EntryMethod method)
    {
        EntryMethod? found = verb switch
        {
            "DELETE" => EntryMethod.Delete,
            "POST" => EntryMethod.Post,
            "PUT" => EntryMethod.Put,
            "PATCH" => EntryMethod.Patch,
            "GET" or "HEAD" => EntryMethod.Get,
            _ => null,
        };
        method = found ?? EntryMethod.Get;
        return found is not null;
    }

    private bool IsShape() => Method switch
    {
        _ when Path.Length > 1 && !UpdateResource.IsId(Path[1]) => false,
        EntryMethod.Post => Path.Length == 1 && Query is null,
        EntryMethod.Get => Path.Length is 1 or 2 || Path is [_, _, "_history", _],
        _ => Path.Length == 2 ? Query is null : Path.Length == 1 && Query is not null,
    };

    /// <summary>The address below the interface's own ones; a slash at its end says nothing, as in a request.</summary>
    internal static string Relative(string url, OwnAddresses own)
    {
        var question = url.IndexOf('?', StringComparison.Ordinal);
        var (path, query) = question < 0 ? (url, "") : (url[..question], url[question..]);
        var begun = path.Length + 1 - own.Relative(path + "/")!.Length; // with the slash, which may be missing behind the interface's own address
        path = begun > 0 ? path[Math.Min(begun, path.Length)..] : path.StartsWith('/') ? path[1..] : path;
        return (path is [_, .., '/'] ? path[..^1] : path) + query;
    }
}

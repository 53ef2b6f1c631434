using System.Net;

namespace Tandem.Trust.Smart;

/// <summary>Which addresses an app may name (RFC 9700 2.1 and 4.1, RFC 8252 7).</summary>
internal static class ClientAddress
{
    private const int Longest = 500;

    /// <summary>https; http on a loopback number; or a private-use scheme with a dot, as apps on phones have.</summary>
    internal static bool IsRedirect(string text)
    {
        if (!IsPlain(text) || !Uri.TryCreate(text, UriKind.Absolute, out var address) || address.UserInfo.Length > 0)
            return false;
        return address.Scheme switch
        {
            "https" => address.Host.Length > 0,
            "http" => IsLoopbackNumber(address),
            _ => address.Scheme.Contains('.', StringComparison.Ordinal) && text.StartsWith(address.Scheme + ":", StringComparison.Ordinal),
        };
    }

    /// <summary>A page that a browser opens.</summary>
    internal static bool IsPage(string text) =>
        IsPlain(text) && Uri.TryCreate(text, UriKind.Absolute, out var address) && address.UserInfo.Length == 0
        && (address.Scheme == "https" || (address.Scheme == "http" && IsLoopbackNumber(address)));

    /// <summary>A place that this server itself asks.</summary>
    internal static bool IsServer(string text, bool allowLoopback) =>
        IsPlain(text) && Uri.TryCreate(text, UriKind.Absolute, out var address) && address.UserInfo.Length == 0
        && (address.Scheme == "https" || (allowLoopback && address.Scheme == "http" && IsLoopbackNumber(address)));

    private static bool IsPlain(string text) => text.Length is > 0 and <= Longest && text.All(c => c is > ' ' and < '\x7f' and not ('#' or '*' or '\\' or '"' or '<' or '>'));

    private static bool IsLoopbackNumber(Uri address) => IPAddress.TryParse(address.Host.Trim('[', ']'), out var number) && IPAddress.IsLoopback(number);
}

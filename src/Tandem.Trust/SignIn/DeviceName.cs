namespace Tandem.Trust.SignIn;

/// <summary>A browser's long name in a few words, so that people recognise their devices. Product names only, so the same in every language.</summary>
internal static class DeviceName
{
    private const int Longest = 60;

    private static readonly (string Mark, string Name)[] Browsers =
        [("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chromium/", "Chromium"), ("Chrome/", "Chrome"), ("Safari/", "Safari")];

    private static readonly (string Mark, string Name)[] Systems =
        [("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS X", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux")];

    /// <summary>Such as "Firefox · Windows"; the name's beginning when it is unknown.</summary>
    internal static string Tell(string userAgent)
    {
        var browser = Browsers.FirstOrDefault(known => userAgent.Contains(known.Mark, StringComparison.Ordinal)).Name;
        var system = Systems.FirstOrDefault(known => userAgent.Contains(known.Mark, StringComparison.Ordinal)).Name;
        return browser is null && system is null
            ? new string([.. userAgent.Where(c => !char.IsControl(c)).Take(Longest)])
            : string.Join(" · ", new[] { browser, system }.OfType<string>());
    }
}

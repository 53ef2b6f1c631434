using Tandem.Kernel.Pages;

namespace Tandem.Hub.Layout;

/// <summary>How pages look to one reader.</summary>
public enum Theme
{
    /// <summary>As the device says.</summary>
    System,

    /// <summary>Dark on light.</summary>
    Light,

    /// <summary>Light on dark.</summary>
    Dark,

    /// <summary>White on black, with strong lines.</summary>
    Contrast,
}

internal static class Themes
{
    /// <summary>The theme as cookies and style sheets write it.</summary>
    internal static string Word(this Theme theme) => theme switch
    {
        Theme.Light => "light",
        Theme.Dark => "dark",
        Theme.Contrast => "contrast",
        _ => "system",
    };

    /// <summary>The theme of a word; the device's for any other word.</summary>
    internal static Theme Of(string? word) =>
        Enum.GetValues<Theme>().FirstOrDefault(theme => theme.Word() == word);
}

/// <summary>What one reader prefers, kept in cookies of this browser. One per request.</summary>
internal sealed class Preferences(IHttpContextAccessor accessor)
{
    internal const string ThemeCookie = "tandem-theme";
    internal const string LanguageCookie = "tandem-language";
    internal const string LettersCookie = "tandem-letters";

    internal Theme Theme => Themes.Of(Cookie(ThemeCookie));

    /// <summary>False when single letters act only while a list has the focus (WCAG 2.1.4).</summary>
    internal bool LettersAct => Cookie(LettersCookie) != "off";

    /// <summary>The language chosen, or null to go by the browser's.</summary>
    internal static string? LanguageOf(HttpRequest request) =>
        request.Cookies[request.HttpContext.CookieName(LanguageCookie)] is { } language && Languages.All.Contains(language) ? language : null;

    private string? Cookie(string name) => accessor.HttpContext is { } context ? context.Request.Cookies[context.CookieName(name)] : null;
}

namespace Tandem.Kernel.Actors;

/// <summary>What may be done with resources, as SMART App Launch 2.2 counts it: <c>c r u d s</c>.</summary>
[Flags]
public enum Interactions
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>c: create.</summary>
    Create = 1,

    /// <summary>r: read, read of a version, history of one resource.</summary>
    Read = 2,

    /// <summary>u: update and patch.</summary>
    Update = 4,

    /// <summary>d: delete.</summary>
    Delete = 8,

    /// <summary>s: search, history of a type, and what is found by search (export, subscriptions).</summary>
    Search = 16,

    /// <summary>r and s.</summary>
    Look = Read | Search,

    /// <summary>c, u and d.</summary>
    Change = Create | Update | Delete,

    /// <summary>All five.</summary>
    All = Look | Change,
}

/// <summary>Reads interactions as scopes and policies write them.</summary>
public static class InteractionLetters
{
    private const string Letters = "cruds";

    /// <summary>The interactions of letters in the order of <c>cruds</c>, none twice; null for any other text (SMART 2.2, scopes of version 2).</summary>
    public static Interactions? Parse(string text)
    {
        var (found, last) = (Interactions.None, -1);
        foreach (var letter in text)
        {
            var at = Letters.IndexOf(letter, StringComparison.Ordinal);
            if (at <= last)
                return null;
            (found, last) = (found | (Interactions)(1 << at), at);
        }

        return text.Length == 0 ? null : found;
    }

    /// <summary>The letters of interactions.</summary>
    public static string Of(Interactions interactions) =>
        string.Concat(Letters.Where((_, at) => interactions.HasFlag((Interactions)(1 << at))));
}

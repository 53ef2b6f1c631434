using Tandem.Kernel.Outcomes;

namespace Tandem.Trust.Smart;

/// <summary>The scopes of a request, a registration or a token, in the order in which they were written. Immutable.</summary>
public sealed class ScopeSet
{
    /// <summary>The words beside resources that this server knows.</summary>
    internal static readonly IReadOnlyList<string> Words =
        ["openid", "fhirUser", "launch", "launch/patient", "launch/encounter", "offline_access", "online_access"];

    private const int MostScopes = 100;
    private const int LongestText = 8_000;
    private readonly List<string> texts;

    private ScopeSet(List<string> texts, List<SmartScope> resources) => (this.texts, Resources) = (texts, resources);

    /// <summary>No scope at all.</summary>
    public static readonly ScopeSet None = new([], []);

    /// <summary>Each scope as written.</summary>
    public IReadOnlyList<string> Texts => texts;

    /// <summary>The scopes for resources.</summary>
    public IReadOnlyList<SmartScope> Resources { get; }

    /// <summary>True when there is none.</summary>
    public bool IsEmpty => texts.Count == 0;

    /// <summary>True when an app has to be given a patient.</summary>
    public bool NeedsPatient => Has("launch/patient") || Resources.Any(scope => scope.Context == ScopeContext.Patient);

    /// <summary>True when the word or scope is among them.</summary>
    public bool Has(string text) => texts.Contains(text);

    /// <summary>Reads a <c>scope</c> parameter (RFC 6749 3.3): words with one space between them.</summary>
    public static Outcome<ScopeSet> Parse(string text)
    {
        if (text.Length > LongestText)
            return OAuthError.InvalidScope("The scopes are too long.");
        var (texts, resources) = (new List<string>(), new List<SmartScope>());
        foreach (var word in text.Length == 0 ? [] : text.Split(' '))
        {
            if (word.Length == 0 || word.Any(c => c is < '!' or '"' or '\\' or > '~'))
                return OAuthError.InvalidScope("Scopes are words of printable ASCII with one space between them.");
            if (texts.Contains(word))
                continue;
            if (SmartScope.Parse(word) is { } scope)
                resources.Add(scope);
            else if (!Words.Contains(word))
                return OAuthError.InvalidScope($"The scope {word} is not known here.");
            texts.Add(word);
        }

        return texts.Count > MostScopes ? OAuthError.InvalidScope($"More than {MostScopes} scopes.") : new ScopeSet(texts, resources);
    }

    /// <summary>True when nothing in the other set goes beyond this one.</summary>
    public bool Covers(ScopeSet other) => other.texts.All(text => Has(text) || (SmartScope.Parse(text) is { } scope && Resources.Any(own => own.Covers(scope))));

    /// <summary>What of this set another still holds.</summary>
    internal ScopeSet Within(ScopeSet other) => Where(text => other.Has(text) || (SmartScope.Parse(text) is { } scope && other.Resources.Any(own => own.Covers(scope))));

    /// <summary>Those of this set that a test keeps.</summary>
    public ScopeSet Where(Func<string, bool> keeps)
    {
        var kept = texts.Where(keeps).ToList();
        return new ScopeSet(kept, [.. Resources.Where(scope => kept.Contains(scope.Text))]);
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join(' ', texts);
}

namespace Tandem.Trust.Smart;

/// <summary>Whose reach a scope speaks of (SMART App Launch 2.2, scopes).</summary>
public enum ScopeContext
{
    /// <summary>The one patient in context.</summary>
    Patient,

    /// <summary>Everything the person who signed in may see.</summary>
    User,

    /// <summary>A system without a person.</summary>
    System,
}

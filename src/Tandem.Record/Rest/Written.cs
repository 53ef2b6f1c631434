using Tandem.Record.Log;

namespace Tandem.Record.Rest;

/// <summary>What a write did.</summary>
internal enum Effect
{
    Created,
    Updated,
    Deleted,

    /// <summary>What was asked for held already.</summary>
    Unchanged,
}

/// <summary>The version that now holds and how it came to be.</summary>
/// <param name="Version">Null when there never was a resource.</param>
/// <param name="Effect">What was done.</param>
internal sealed record Written(ResourceVersion? Version, Effect Effect);

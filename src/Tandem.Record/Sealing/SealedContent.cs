using Tandem.Record.Log;

namespace Tandem.Record.Sealing;

/// <summary>Closes what rules name on its way into the log. Without keys nothing is closed.</summary>
internal sealed class SealedContent(FieldKeys? keys, IEnumerable<ISealRule> rules)
{
    internal static readonly SealedContent None = new(null, []);
    private readonly ISealRule[] rules = [.. rules];

    /// <summary>Types of which some may lie closed; none without keys.</summary>
    internal IReadOnlySet<string> Types { get; } = keys is null ? new HashSet<string>(StringComparer.Ordinal) : rules.SelectMany(rule => rule.Types).ToHashSet(StringComparer.Ordinal);

    /// <summary>Whether a version is to be closed.</summary>
    internal bool Seals(ResourceVersion version)
    {
        if (keys is null || version.Deleted)
            return false;
        foreach (var rule in rules)
        {
            if (rule.Seals(version))
                return true;
        }

        return false;
    }

    /// <summary>The bytes as they lie in the log.</summary>
    internal ReadOnlyMemory<byte> BodyOf(ResourceVersion version) => version.IsSealed && keys is not null ? keys.Close(version.Bytes.Span) : version.Bytes;
}

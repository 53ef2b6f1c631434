namespace Tandem.Kernel.Actors;

/// <summary>Whose records a <see cref="Grant"/> is about. A record is one person's when its compartment is.</summary>
public abstract record Whose
{
    private Whose()
    {
    }

    /// <summary>Everybody's, and what belongs to nobody.</summary>
    public static readonly Whose Anyone = new Everybody();

    /// <summary>What belongs to nobody: the directory, definitions, terms.</summary>
    public static readonly Whose NoOnes = new Nobody();

    /// <summary>Of these people (logical ids), and nobody else.</summary>
    public static Whose Of(params IReadOnlyList<string> ids) => new These(ids);

    /// <summary>Of everybody with whom one of the layer's <see cref="AccessLayer.Parties"/> has a relationship now, or had one up to <paramref name="afterwards"/> ago.</summary>
    public static Whose Related(TimeSpan afterwards) => new Known(afterwards);

    /// <inheritdoc cref="Anyone"/>
    public sealed record Everybody : Whose;

    /// <inheritdoc cref="NoOnes"/>
    public sealed record Nobody : Whose;

    /// <inheritdoc cref="Of"/>
    public sealed record These(IReadOnlyList<string> Ids) : Whose;

    /// <inheritdoc cref="Related"/>
    public sealed record Known(TimeSpan Afterwards) : Whose;
}

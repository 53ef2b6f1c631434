namespace Tandem.Kernel.Actors;

/// <summary>
/// Which records a scope reaches: none, all, or those that every one of its layers allows. The record turns a limited reach into conditions
/// inside each query, so that counts, pages and chains cannot tell what a read would refuse. Immutable.
/// </summary>
public sealed class Reach
{
    /// <summary>No record at all.</summary>
    public static readonly Reach NoOne = new([]);

    /// <summary>Everything: the hub's own work. Costs a query nothing.</summary>
    public static readonly Reach Everyone = new([]);

    private Reach(IReadOnlyList<AccessLayer> layers) => (Layers, Hidden) = (layers, layers.All(layer => layer.Hidden.Count == 0) ? [] : [.. layers.SelectMany(layer => layer.Hidden).Distinct()]);

    /// <summary>The layers of a limited reach; empty for <see cref="NoOne"/> and <see cref="Everyone"/>.</summary>
    public IReadOnlyList<AccessLayer> Layers { get; }

    /// <summary>Parts of resources that some layer leaves out (<see cref="HiddenPart"/>); empty for none, and then resources are shown as they are stored.</summary>
    public IReadOnlyList<string> Hidden { get; }

    /// <summary>True when neither nothing nor everything is reached.</summary>
    public bool IsLimited => Layers.Count > 0;

    /// <summary>What one layer allows.</summary>
    public static Reach Limited(AccessLayer layer) => new([layer]);

    /// <summary>What this reach and the layer both allow.</summary>
    public Reach Within(AccessLayer layer) => this == NoOne ? NoOne : new([.. Layers, layer]);

    /// <summary>True when all of these interactions are allowed with at least some resources of a type.</summary>
    public bool May(Interactions interactions, string type)
    {
        foreach (var layer in Layers)
        {
            if (!layer.May(interactions, type))
                return false;
        }

        return this != NoOne;
    }
}

using Tandem.Fhir.FhirPath.Expressions;

namespace Tandem.Fhir.FhirPath.Model;

/// <summary>Items without duplicates under <c>=</c>, at the cost of an evaluation. Small sets compare one by one, larger ones by hash.</summary>
internal sealed class DistinctValues(Evaluation run, Expression at) : IEqualityComparer<FhirValue>
{
    private const int Small = 8;
    private readonly List<FhirValue> items = [];
    private HashSet<FhirValue>? hashed;

    internal int Count => items.Count;

    internal static DistinctValues Of(in Values values, Evaluation run, Expression at)
    {
        var distinct = new DistinctValues(run, at);
        distinct.Add(values);
        return distinct;
    }

    internal void Add(in Values values)
    {
        run.Charge(values.Count, at);
        for (var i = 0; i < values.Count; i++)
            Add(values[i]);
    }

    internal bool Add(in FhirValue value)
    {
        if (Contains(value))
            return false;
        items.Add(value);
        if (items.Count == Small)
            hashed = new(items, this);
        else
            hashed?.Add(value);
        return true;
    }

    internal bool Contains(in FhirValue value)
    {
        if (hashed is not null)
            return hashed.Contains(value);
        foreach (var item in items)
        {
            if (Equality.Equal(item, value) == true)
                return true;
        }

        return false;
    }

    internal Values Done() => Values.Of(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(items));

    /// <summary>Of one hash: where many differ and share it, that is work.</summary>
    bool IEqualityComparer<FhirValue>.Equals(FhirValue left, FhirValue right)
    {
        run.Charge(1, at);
        return Equality.Equal(left, right) == true;
    }

    int IEqualityComparer<FhirValue>.GetHashCode(FhirValue value)
    {
        var system = value.ToSystem();
        switch (system.Kind)
        {
            case FhirValueKind.Node:
                run.Charge(system.Node.Exists ? system.Node.Raw.Length / 256 : 0, at);
                return Nodes.Hash(system.Node);
            case FhirValueKind.Integer or FhirValueKind.Decimal or FhirValueKind.Long:
                return PathQuantity.Hash(new(system.Number!.Value, "1"));
            case FhirValueKind.Quantity:
                return PathQuantity.Hash(system.Quantity!);
            case FhirValueKind.String:
                return string.GetHashCode(system.Text, StringComparison.Ordinal);
            case FhirValueKind.Boolean:
                return system.Int;
            case FhirValueKind.Date or FhirValueKind.DateTime or FhirValueKind.Time:
                return Instant((PartialDateTime)system.Content!);
            default:
                return (int)system.Kind;
        }
    }

    private static int Instant(PartialDateTime date) => (date.Local.Ticks - (date.Offset?.Ticks ?? 0)).GetHashCode();
}

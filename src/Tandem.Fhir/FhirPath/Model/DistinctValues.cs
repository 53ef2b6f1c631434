namespace Tandem.Fhir.FhirPath.Model;

/// <summary>Items without duplicates under <c>=</c>. Small sets compare one by one, larger ones by hash.</summary>
internal sealed class DistinctValues
{
    private const int Small = 8;
    private readonly List<FhirValue> items = [];
    private HashSet<FhirValue>? hashed;

    internal int Count => items.Count;

    internal bool Add(in FhirValue value)
    {
        if (Contains(value))
            return false;
        items.Add(value);
        if (items.Count == Small)
            hashed = new(items, EqualItems.Comparer);
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

    private sealed class EqualItems : IEqualityComparer<FhirValue>
    {
        internal static readonly EqualItems Comparer = new();

        public bool Equals(FhirValue left, FhirValue right) => Equality.Equal(left, right) == true;

        /// <summary>Quantities are equal across units, so all share a bucket.</summary>
        public int GetHashCode(FhirValue value)
        {
            var system = value.ToSystem();
            return system.Kind switch
            {
                FhirValueKind.Node => Nodes.Hash(system.Node),
                FhirValueKind.Integer or FhirValueKind.Decimal => system.Number.GetHashCode(),
                FhirValueKind.String => string.GetHashCode(system.Text, StringComparison.Ordinal),
                FhirValueKind.Boolean => system.Int,
                FhirValueKind.Date or FhirValueKind.DateTime or FhirValueKind.Time => Instant((PartialDateTime)system.Content!),
                _ => (int)system.Kind,
            };
        }

        private static int Instant(PartialDateTime date) => (date.Local.Ticks - (date.Offset?.Ticks ?? 0)).GetHashCode();
    }
}

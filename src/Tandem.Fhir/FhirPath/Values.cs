namespace Tandem.Fhir.FhirPath;

/// <summary>An ordered collection, the result of every expression. None and one item cost no allocation. Never changed.</summary>
internal readonly struct Values
{
    private readonly FhirValue one;
    private readonly FhirValue[]? many;
    private readonly int start;

    internal Values(in FhirValue value) => (one, Count) = (value, 1);

    internal Values(bool? value) => (one, Count) = value is { } known ? (FhirValue.Of(known), 1) : (default, 0);

    internal Values(FhirValue[] items, int start, int count)
    {
        Count = count;
        if (count == 1)
            one = items[start];
        else
            (many, this.start) = (items, start);
    }

    internal int Count { get; }

    internal FhirValue this[int index] => many is null ? one : many[start + index];

    internal static Values Of(ReadOnlySpan<FhirValue> values) => values.IsEmpty ? default : new(values.ToArray(), 0, values.Length);

    internal static Values Of(string? text) => text is null ? default : new(FhirValue.Of(text));

    internal static Values Of(int? number) => number is { } known ? new(FhirValue.Of(known)) : default;

    internal static Values Of(decimal? number) => number is { } known ? new(FhirValue.Of(known)) : default;

    internal Values Slice(int from, int count)
    {
        from = Math.Clamp(from, 0, Count);
        count = Math.Clamp(count, 0, Count - from);
        return count == 0 ? default
            : count == Count ? this
            : new(many!, start + from, count);
    }

    internal FhirValue[] ToArray()
    {
        var array = new FhirValue[Count];
        for (var i = 0; i < array.Length; i++)
            array[i] = this[i];
        return array;
    }
}

/// <summary>Collects items into <see cref="Values"/>; the array is made with the second item.</summary>
internal struct ValueBuilder
{
    private FhirValue one;
    private FhirValue[]? many;

    internal int Count { get; private set; }

    internal void Add(in FhirValue value)
    {
        if (Count == 0)
        {
            one = value;
        }
        else
        {
            if (many is null)
            {
                many = new FhirValue[4];
                many[0] = one;
            }
            else if (Count == many.Length)
            {
                Array.Resize(ref many, Count * 2);
            }

            many[Count] = value;
        }

        Count++;
    }

    internal void Add(in Values values)
    {
        for (var i = 0; i < values.Count; i++)
            Add(values[i]);
    }

    internal readonly Values Done() => Count switch { 0 => default, 1 => new(one), _ => new(many!, 0, Count) };
}

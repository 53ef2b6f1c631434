using Tandem.Fhir.Json;

namespace Tandem.Fhir.Views;

/// <summary>A typed reading of a JSON value. Every view is missing-safe: a view of nothing has nothing in it.</summary>
/// <typeparam name="TSelf">The view.</typeparam>
public interface IFhirView<TSelf>
    where TSelf : struct, IFhirView<TSelf>
{
    /// <summary>What is read.</summary>
    FhirNode Node { get; }

    /// <summary>The view of a value.</summary>
    static abstract TSelf Of(FhirNode node);
}

/// <summary>The items of a repeating element as views, walked without allocation.</summary>
/// <typeparam name="T">The view of one item.</typeparam>
public readonly struct ViewList<T>(FhirNode node)
    where T : struct, IFhirView<T>
{
    /// <summary>How many there are.</summary>
    public int Count => node.Items.Count;

    /// <summary>The first, or a view of nothing.</summary>
    public T First => T.Of(node.First);

    /// <summary>For <c>foreach</c>.</summary>
    public Enumerator GetEnumerator() => new(node.Items.GetEnumerator());

    /// <summary>For LINQ, off the hot path.</summary>
    public IEnumerable<T> AsEnumerable() => node.Items.AsEnumerable().Select(T.Of);

    /// <summary>Walks the items.</summary>
    public struct Enumerator(NodeList.Enumerator nodes)
    {
        private NodeList.Enumerator nodes = nodes;

        /// <summary>The view the walk stands on.</summary>
        public readonly T Current => T.Of(nodes.Current);

        /// <summary>Goes to the next; false at the end.</summary>
        public bool MoveNext() => nodes.MoveNext();
    }
}

/// <summary>The readings of primitives that every view shares.</summary>
internal static class ViewReading
{
    internal static FhirDateTime? Date(this FhirNode node)
    {
        Span<byte> buffer = stackalloc byte[64];
        return node.Kind == JsonKind.String && FhirDateTime.TryParse(node.Plain(buffer), out var date) ? date : null;
    }

    internal static ViewList<T> List<T>(this FhirNode node)
        where T : struct, IFhirView<T> => new(node);
}

using Tandem.Fhir.Json;

namespace Tandem.Fhir.FhirPath.Model;

/// <summary><c>=</c> and <c>~</c> between single items (FHIRPath 2.0, 6.1).</summary>
internal static class Equality
{
    /// <summary>Null when it cannot be decided: dates known to different precision, quantities of different kinds.</summary>
    internal static bool? Equal(in FhirValue left, in FhirValue right)
    {
        if (left.Kind == FhirValueKind.Node && right.Kind == FhirValueKind.Node && left == right)
            return true;
        var (a, b) = (left.ToSystem(), right.ToSystem());
        if (a.Kind == FhirValueKind.Node || b.Kind == FhirValueKind.Node)
            return a.Kind == b.Kind && Nodes.Equal(a.Node, b.Node) && Nodes.Equal(a.Companion, b.Companion);
        if (a.Number is { } x && b.Number is { } y)
            return x == y;
        if (a.Content is PartialDateTime || b.Content is PartialDateTime)
            return Dates(a, b);
        if (a.Kind == FhirValueKind.Quantity || b.Kind == FhirValueKind.Quantity)
            return Quantities(a, b) is { } pair ? PathQuantity.Compare(pair.Left, pair.Right) is { } order ? order == 0 : null : false;
        return a == b;
    }

    internal static bool Equivalent(in FhirValue left, in FhirValue right)
    {
        var (a, b) = (left.ToSystem(), right.ToSystem());
        if (a.Kind == FhirValueKind.Node || b.Kind == FhirValueKind.Node)
            return a.Kind == b.Kind && Nodes.Equivalent(a.Node, b.Node);
        if (a.Number is { } x && b.Number is { } y)
            return Numbers.Equivalent(x, y);
        if (a.Kind == FhirValueKind.String && b.Kind == FhirValueKind.String)
            return SameText(a.Text!, b.Text!);
        if (a.Content is PartialDateTime && b.Content is PartialDateTime)
            return Dates(a, b) == true;
        if (a.Kind == FhirValueKind.Quantity || b.Kind == FhirValueKind.Quantity)
            return Quantities(a, b) is { } pair && PathQuantity.Equivalent(pair.Left, pair.Right);
        return a == b;
    }

    /// <summary>Ignores case, and takes every character of white space for a blank, but not several for one (FHIRPath 2.0, 6.1.2).</summary>
    internal static bool SameText(string left, string right) =>
        left.Length == right.Length && Blanks(left).Equals(Blanks(right), StringComparison.OrdinalIgnoreCase);

    private static string Blanks(string text) => text.Replace('\t', ' ').Replace('\r', ' ').Replace('\n', ' ');

    /// <summary>A text beside a date is read as one; a date and a time are never equal.</summary>
    private static bool? Dates(in FhirValue left, in FhirValue right)
    {
        var a = left.Content as PartialDateTime ?? Conversion.ToDate(left, right.Kind);
        var b = right.Content as PartialDateTime ?? Conversion.ToDate(right, left.Kind);
        if (a is null || b is null || (a.Kind == FhirValueKind.Time) != (b.Kind == FhirValueKind.Time))
            return false;
        return DateComparison.Compare(a, b) is { } order ? order == 0 : null;
    }

    /// <summary>Numbers become quantities implicitly, texts do not.</summary>
    private static (PathQuantity Left, PathQuantity Right)? Quantities(in FhirValue left, in FhirValue right)
    {
        if (left.Kind is FhirValueKind.String or FhirValueKind.Boolean || right.Kind is FhirValueKind.String or FhirValueKind.Boolean)
            return null;
        return Conversion.ToQuantity(left) is { } a && Conversion.ToQuantity(right) is { } b ? (a, b) : null;
    }
}

/// <summary>Deep comparison of JSON values; the depth is bounded by that of the document.</summary>
internal static class Nodes
{
    internal static bool Equal(FhirNode left, FhirNode right)
    {
        if (left == right)
            return true;
        if (left.Kind != right.Kind)
            return false;
        return left.Kind switch
        {
            JsonKind.String => left.Raw.SequenceEqual(right.Raw) || left.Text == right.Text,
            JsonKind.Number => left.Number is { } a && right.Number is { } b ? a == b : left.Raw.SequenceEqual(right.Raw),
            JsonKind.Array => InOrder(left, right),
            JsonKind.Object => Members(left, right, Equal),
            _ => true,
        };
    }

    internal static bool Equivalent(FhirNode left, FhirNode right)
    {
        if (left == right)
            return true;
        if (left.Kind != right.Kind)
            return false;
        return left.Kind switch
        {
            JsonKind.String => Equality.SameText(left.Text!, right.Text!),
            JsonKind.Number => left.Number is { } a && right.Number is { } b ? Numbers.Equivalent(a, b) : left.Raw.SequenceEqual(right.Raw),
            JsonKind.Array => AnyOrder(left, right),
            JsonKind.Object => Members(left, right, Equivalent),
            _ => true,
        };
    }

    /// <summary>A hash that equal values share, whatever the order of properties and the writing of numbers.</summary>
    internal static int Hash(FhirNode node)
    {
        var hash = (int)node.Kind;
        switch (node.Kind)
        {
            case JsonKind.String:
                return string.GetHashCode(node.Text, StringComparison.Ordinal);
            case JsonKind.Number:
                return node.Number.GetHashCode();
            case JsonKind.Array:
                foreach (var item in node.Items)
                    hash = hash * 31 + Hash(item);
                return hash;
            case JsonKind.Object:
                foreach (var member in node.Properties)
                    hash += (Hash(member) * 17) ^ member.NameUtf8.Length;
                return hash;
            default:
                return hash;
        }
    }

    private static bool InOrder(FhirNode left, FhirNode right)
    {
        var other = right.Items.GetEnumerator();
        foreach (var item in left.Items)
        {
            if (!other.MoveNext() || !Equal(item, other.Current))
                return false;
        }

        return !other.MoveNext();
    }

    private static bool AnyOrder(FhirNode left, FhirNode right)
    {
        List<FhirNode> open = [.. right.Items.AsEnumerable()];
        foreach (var item in left.Items)
        {
            var match = open.FindIndex(other => Equivalent(item, other));
            if (match < 0)
                return false;
            open.RemoveAt(match);
        }

        return open.Count == 0;
    }

    private static bool Members(FhirNode left, FhirNode right, Func<FhirNode, FhirNode, bool> same)
    {
        var count = 0;
        foreach (var member in left.Properties)
        {
            var other = right[member.NameUtf8];
            if (!other.Exists || !same(member, other))
                return false;
            count++;
        }

        return count == right.Properties.Count;
    }
}

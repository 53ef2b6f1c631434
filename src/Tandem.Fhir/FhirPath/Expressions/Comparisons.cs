using System.Text;
using Tandem.Fhir.Definitions;
using Tandem.Fhir.FhirPath.Model;
using Tandem.Fhir.Json;

namespace Tandem.Fhir.FhirPath.Expressions;

/// <summary><c>=</c> and <c>!=</c>: same items in the same order; nothing on either side gives nothing.</summary>
internal sealed class Equals : Expression
{
    private readonly Expression left;
    private readonly Expression right;
    private readonly bool negated;
    private readonly byte[]? text;

    internal Equals(int position, Expression left, Expression right, bool negated) : base(position)
    {
        (this.left, this.right, this.negated) = (left, right, negated);
        if (right is Literal { Value: { Count: 1 } literal } && literal[0].Kind == FhirValueKind.String)
            text = Encoding.UTF8.GetBytes(literal[0].Text!);
        Over(left);
        Over(right);
    }

    internal override SyntaxNode Outline() => new("BinaryExpression", negated ? "!=" : "=", Position, left.Outline(), right.Outline());

    internal override Values Evaluate(Evaluation run) => new(Test(run));

    internal override bool? Test(Evaluation run)
    {
        var a = left.EvaluatePlain(run);
        if (a.Count == 0)
            return null;
        if (text is not null && a.Count == 1 && IsText(a[0]))
            return a[0].Node.Is(text) != negated;
        var b = right.EvaluatePlain(run);
        run.Charge(a.Count, this);
        return Same(a, b) is { } same ? same != negated : null;
    }

    internal static bool? Same(in Values a, in Values b)
    {
        if (a.Count == 0 || b.Count == 0)
            return null;
        if (a.Count != b.Count)
            return false;
        bool? result = true;
        for (var i = 0; i < a.Count; i++)
        {
            var same = Equality.Equal(a[i], b[i]);
            if (same == false)
                return false;
            result &= same;
        }

        return result;
    }

    /// <summary>The common case, a code beside a literal, compares bytes.</summary>
    private static bool IsText(in FhirValue value) =>
        value.Node.Kind == JsonKind.String
        && value.Type?.Primitive is not (PrimitiveKind.Date or PrimitiveKind.DateTime or PrimitiveKind.Instant or PrimitiveKind.Time);
}

/// <summary><c>~</c> and <c>!~</c>: the same items in any order, compared loosely; nothing is equivalent to nothing.</summary>
internal sealed class Equivalent : Expression
{
    private readonly Expression left;
    private readonly Expression right;
    private readonly bool negated;

    internal Equivalent(int position, Expression left, Expression right, bool negated) : base(position)
    {
        (this.left, this.right, this.negated) = (left, right, negated);
        Over(left);
        Over(right);
    }

    internal override SyntaxNode Outline() => new("BinaryExpression", negated ? "!~" : "~", Position, left.Outline(), right.Outline());

    internal override Values Evaluate(Evaluation run) => new(Test(run));

    internal override bool? Test(Evaluation run)
    {
        var (a, b) = (left.Evaluate(run), right.Evaluate(run));
        return Same(a, b, run) != negated;
    }

    private bool Same(in Values a, in Values b, Evaluation run)
    {
        if (a.Count != b.Count)
            return false;
        List<FhirValue> open = [.. b.ToArray()];
        for (var i = 0; i < a.Count; i++)
        {
            run.Charge(open.Count, this);
            var item = a[i];
            var match = open.FindIndex(other => Equality.Equivalent(item, other));
            if (match < 0)
                return false;
            open.RemoveAt(match);
        }

        return true;
    }
}

/// <summary><c>&lt; &lt;= &gt; &gt;=</c> between single items.</summary>
internal sealed class Compare : Expression
{
    private readonly Expression left;
    private readonly Expression right;
    private readonly string sign;

    internal Compare(int position, Expression left, Expression right, string sign) : base(position)
    {
        (this.left, this.right, this.sign) = (left, right, sign);
        Over(left);
        Over(right);
    }

    internal override SyntaxNode Outline() => new("BinaryExpression", sign, Position, left.Outline(), right.Outline());

    internal override Values Evaluate(Evaluation run) => new(Test(run));

    internal override bool? Test(Evaluation run)
    {
        if (SingleValue(left.EvaluatePlain(run)) is not { } a || SingleValue(right.EvaluatePlain(run)) is not { } b)
            return null;
        if (Ordering.Compare(a, b, Position) is not { } order)
            return null;
        return sign switch
        {
            "<" => order < 0,
            "<=" => order <= 0,
            ">" => order > 0,
            _ => order >= 0,
        };
    }
}

/// <summary><c>in</c> and <c>contains</c>: whether one item is among others.</summary>
internal sealed class Membership : Expression
{
    private readonly Expression item;
    private readonly Expression collection;

    private readonly bool isContains;

    internal Membership(int position, Expression item, Expression collection, bool isContains = false) : base(position)
    {
        (this.item, this.collection, this.isContains) = (item, collection, isContains);
        Over(item);
        Over(collection);
    }

    internal override SyntaxNode Outline() => isContains
        ? new("BinaryExpression", "contains", Position, collection.Outline(), item.Outline())
        : new("BinaryExpression", "in", Position, item.Outline(), collection.Outline());

    internal override Values Evaluate(Evaluation run) => new(Test(run));

    internal override bool? Test(Evaluation run)
    {
        if (Single(item.Evaluate(run)) is not { } sought)
            return null;
        var among = collection.Evaluate(run);
        run.Charge(among.Count, this);
        for (var i = 0; i < among.Count; i++)
        {
            if (Equality.Equal(sought, among[i]) == true)
                return true;
        }

        return false;
    }
}

using Tandem.Fhir.FhirPath.Model;

namespace Tandem.Fhir.FhirPath.Expressions;

/// <summary><c>|</c> over any number of operands: all items without duplicates.</summary>
internal sealed class Union : Expression
{
    private readonly List<Expression> operands = [];

    internal Union(int position, Expression left, Expression right) : base(position)
    {
        Append(left);
        Append(right);
    }

    /// <summary>Takes one more operand while the expression is parsed.</summary>
    internal void Append(Expression operand)
    {
        operands.Add(operand);
        Over(operand);
    }

    internal override SyntaxNode Outline() => new("BinaryExpression", "|", Position, [.. operands.Select(operand => operand.Outline())]);

    internal override Values Evaluate(Evaluation run)
    {
        var all = new DistinctValues(run, this);
        foreach (var operand in operands)
            all.Add(operand.Evaluate(run));

        return all.Done();
    }
}

/// <summary><c>is</c>: whether the only item is of a type.</summary>
internal sealed class IsType : Expression
{
    private readonly Expression target;
    private readonly TypeName type;

    internal IsType(int position, Expression target, TypeName type) : base(position)
    {
        (this.target, this.type) = (target, type);
        Over(target);
    }

    internal override SyntaxNode Outline() => new("BinaryExpression", "is", Position, target.Outline(), new SyntaxNode("TypeSpecifier", type.ToString(), Position));

    internal override Values Evaluate(Evaluation run) => Single(target.Evaluate(run)) is { } item ? new(type.Matches(item)) : default;
}

/// <summary><c>as</c> and <c>ofType</c>: the items that are of a type.</summary>
internal sealed class OfType : Expression
{
    private readonly Expression target;
    private readonly bool single;

    internal OfType(int position, Expression target, TypeName type, bool single) : base(position)
    {
        (this.target, Type, this.single) = (target, type, single);
        Over(target);
    }

    internal TypeName Type { get; }

    internal override SyntaxNode Outline() => new("BinaryExpression", single ? "as" : "ofType", Position, target.Outline(), new SyntaxNode("TypeSpecifier", Type.ToString(), Position));

    internal override Values Evaluate(Evaluation run)
    {
        var items = target.Evaluate(run);
        run.Charge(items.Count, this);
        if (single && (run.Context.Strict || run.Context.SingleAs))
            Single(items);
        var found = default(ValueBuilder);
        for (var i = 0; i < items.Count; i++)
        {
            if (Type.Selects(items[i]))
                found.Add(items[i]);
        }

        return found.Done();
    }
}

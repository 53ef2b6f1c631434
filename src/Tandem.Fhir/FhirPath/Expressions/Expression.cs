namespace Tandem.Fhir.FhirPath.Expressions;

/// <summary>A node of the compiled expression. Immutable once parsed, so any number of threads may run it.</summary>
internal abstract class Expression(int position)
{
    /// <summary>Offset in the text, for messages.</summary>
    internal int Position { get; } = position;

    /// <summary>Levels from here to the deepest leaf.</summary>
    internal int Depth { get; private protected set; } = 1;

    internal abstract Values Evaluate(Evaluation run);

    /// <summary>What it is, for people who look at the expression.</summary>
    internal abstract SyntaxNode Outline();

    /// <summary>As <see cref="Evaluate"/> where only the values count: a primitive may come without its companion, which saves a search.</summary>
    internal virtual Values EvaluatePlain(Evaluation run) => Evaluate(run);

    /// <summary>The value as a condition; null for nothing (FHIRPath 2.0, 4.5).</summary>
    internal virtual bool? Test(Evaluation run) => Truth(Evaluate(run));

    internal bool? Truth(in Values values)
    {
        if (values.Count == 0)
            return null;
        return values.Count == 1 ? values[0].Boolean ?? true : throw Several(values.Count);
    }

    /// <summary>The only item; null when there is none.</summary>
    internal FhirValue? Single(in Values values) => values.Count switch
    {
        0 => null,
        1 => values[0],
        _ => throw Several(values.Count),
    };

    /// <summary>The only item as a System value; null when there is none, or only one that has extensions in place of its value.</summary>
    internal FhirValue? SingleValue(in Values values) => Single(values)?.ToSystem() is { IsWithoutValue: false } value ? value : null;

    internal FhirPathException Error(string reason) => new(reason, Position);

    private protected void Over(Expression child) => Depth = Math.Max(Depth, child.Depth + 1);

    private FhirPathException Several(int count) => Error($"There are {count} items where at most one is allowed.");
}

/// <summary>A literal, <c>{}</c> among them.</summary>
internal sealed class Literal(int position, Values values) : Expression(position)
{
    internal Values Value { get; } = values;

    internal override SyntaxNode Outline() => new("ConstantExpression", Value.Count == 0 ? "{}" : Value[0].ToString(), Position);

    internal override Values Evaluate(Evaluation run) => Value;
}

/// <summary><c>$this</c>, written or implied at the start of a path.</summary>
internal sealed class This(int position) : Expression(position)
{
    internal override SyntaxNode Outline() => new("AxisExpression", "$this", Position);

    internal override Values Evaluate(Evaluation run) => run.This;
}

/// <summary><c>$index</c>: the place of the item in the collection that is walked.</summary>
internal sealed class Index(int position) : Expression(position)
{
    internal override SyntaxNode Outline() => new("AxisExpression", "$index", Position);

    internal override Values Evaluate(Evaluation run) => run.Index < 0 ? default : new(FhirValue.Of(run.Index));
}

/// <summary><c>$total</c>: what <c>aggregate</c> has so far.</summary>
internal sealed class Total(int position) : Expression(position)
{
    internal override SyntaxNode Outline() => new("AxisExpression", "$total", Position);

    internal override Values Evaluate(Evaluation run) => run.Total;
}

/// <summary><c>collection[index]</c>.</summary>
internal sealed class Indexer : Expression
{
    private readonly Expression target;
    private readonly Expression index;

    internal Indexer(int position, Expression target, Expression index) : base(position)
    {
        (this.target, this.index) = (target, index);
        Over(target);
        Over(index);
    }

    internal override SyntaxNode Outline() => new("IndexerExpression", "[]", Position, target.Outline(), index.Outline());

    internal override Values Evaluate(Evaluation run)
    {
        var items = target.Evaluate(run);
        if (SingleValue(index.Evaluate(run)) is not { } at)
            return default;
        if (at.Kind != FhirValueKind.Integer)
            throw Error("An index must be an integer.");
        return at.Int < 0 ? default : items.Slice(at.Int, 1);
    }
}

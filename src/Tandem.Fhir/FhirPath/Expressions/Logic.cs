namespace Tandem.Fhir.FhirPath.Expressions;

/// <summary><c>and</c> / <c>or</c> over any number of operands, in three-valued logic (FHIRPath 2.0, 6.5). What decides ends it.</summary>
internal sealed class Junction : Expression
{
    private readonly bool decisive;
    private readonly List<Expression> operands = [];

    internal Junction(int position, bool isOr, Expression left, Expression right) : base(position)
    {
        decisive = isOr;
        Append(left);
        Append(right);
    }

    internal bool IsOr => decisive;

    /// <summary>Takes one more operand while the expression is parsed.</summary>
    internal void Append(Expression operand)
    {
        operands.Add(operand);
        Over(operand);
    }

    internal override SyntaxNode Outline() => new("BinaryExpression", IsOr ? "or" : "and", Position, [.. operands.Select(operand => operand.Outline())]);

    internal override Values Evaluate(Evaluation run) => new(Test(run));

    internal override bool? Test(Evaluation run)
    {
        bool? result = !decisive;
        foreach (var operand in operands)
        {
            var value = operand.Test(run);
            if (value == decisive)
                return decisive;
            if (value is null)
                result = null;
        }

        return result;
    }
}

/// <summary><c>xor</c>.</summary>
internal sealed class Xor : Expression
{
    private readonly Expression left;
    private readonly Expression right;

    internal Xor(int position, Expression left, Expression right) : base(position)
    {
        (this.left, this.right) = (left, right);
        Over(left);
        Over(right);
    }

    internal override SyntaxNode Outline() => new("BinaryExpression", "xor", Position, left.Outline(), right.Outline());

    internal override Values Evaluate(Evaluation run) => new(Test(run));

    internal override bool? Test(Evaluation run) => left.Test(run) ^ right.Test(run);
}

/// <summary><c>implies</c>.</summary>
internal sealed class Implies : Expression
{
    private readonly Expression condition;
    private readonly Expression consequence;

    internal Implies(int position, Expression condition, Expression consequence) : base(position)
    {
        (this.condition, this.consequence) = (condition, consequence);
        Over(condition);
        Over(consequence);
    }

    internal override SyntaxNode Outline() => new("BinaryExpression", "implies", Position, condition.Outline(), consequence.Outline());

    internal override Values Evaluate(Evaluation run) => new(Test(run));

    internal override bool? Test(Evaluation run)
    {
        var given = condition.Test(run);
        if (given == false)
            return true;
        var follows = consequence.Test(run);
        return follows == true ? true
            : given is null ? null
            : follows;
    }
}

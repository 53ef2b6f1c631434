using Tandem.Fhir.FhirPath.Model;

namespace Tandem.Fhir.FhirPath.Expressions;

/// <summary><c>+ - * / div mod</c> between single items; nothing on either side, a division by zero and an overflow give nothing (FHIRPath 2.0, 6.6).</summary>
internal sealed class Arithmetic : Expression
{
    private readonly Expression left;
    private readonly Expression right;
    private readonly string sign;

    internal Arithmetic(int position, Expression left, Expression right, string sign) : base(position)
    {
        (this.left, this.right, this.sign) = (left, right, sign);
        Over(left);
        Over(right);
    }

    internal override SyntaxNode Outline() => new("BinaryExpression", sign, Position, left.Outline(), right.Outline());

    internal override Values Evaluate(Evaluation run)
    {
        if (SingleValue(left.Evaluate(run)) is not { } a || SingleValue(right.Evaluate(run)) is not { } b)
            return default;
        try
        {
            return Apply(a, b, run);
        }
        catch (OverflowException)
        {
            return default;
        }
    }

    private Values Apply(in FhirValue a, in FhirValue b, Evaluation run)
    {
        if (a.Kind == FhirValueKind.Integer && b.Kind == FhirValueKind.Integer && sign != "/")
            return Values.Of(Integers(a.Int, b.Int));
        if (IsWhole(a) && IsWhole(b) && sign != "/")
            return Longs((long)a.Number!.Value, (long)b.Number!.Value) is { } whole ? new(FhirValue.Of(whole)) : default;
        if (IsNumber(a) && IsNumber(b))
            return Decimals(a.Number!.Value, b.Number!.Value);
        if (a.Kind == FhirValueKind.String && b.Kind == FhirValueKind.String && sign == "+")
            return Values.Of(run.Charge(a.Text + b.Text, this));
        if (a.Content is PartialDateTime date && b.Content is PathQuantity span && sign is "+" or "-")
            return DateArithmetic.Add(date, span, sign == "+" ? 1 : -1, Position) is { } moved ? new(FhirValue.Of(moved)) : default;
        if ((a.Kind == FhirValueKind.Quantity || b.Kind == FhirValueKind.Quantity) && sign is "+" or "-" or "*" or "/"
            && AsQuantity(a) is { } left && AsQuantity(b) is { } right)
            return Quantities(left, right);
        throw Error($"The operator {sign} is not defined between {a.TypeName} and {b.TypeName}.");
    }

    private int? Integers(int a, int b) => checked(sign switch
    {
        "+" => a + b,
        "-" => a - b,
        "*" => a * b,
        "div" => b == 0 ? null : a / b,
        _ => b == 0 ? null : b == -1 ? 0 : a % b,
    });

    private long? Longs(long a, long b) => checked(sign switch
    {
        "+" => a + b,
        "-" => a - b,
        "*" => a * b,
        "div" => b == 0 ? null : a / b,
        _ => b == 0 ? null : b == -1 ? 0 : a % b,
    });

    private Values Decimals(decimal a, decimal b) => sign switch
    {
        "+" => Values.Of(a + b),
        "-" => Values.Of(a - b),
        "*" => Values.Of(a * b),
        "/" => b == 0 ? default : Values.Of(a / b),
        "div" => b == 0 ? default : Values.Of(decimal.ToInt32(decimal.Truncate(a / b))),
        _ => b == 0 ? default : Values.Of(a % b),
    };

    private Values Quantities(PathQuantity a, PathQuantity b)
    {
        var result = sign switch
        {
            "+" => PathQuantity.Add(a, b, 1),
            "-" => PathQuantity.Add(a, b, -1),
            "*" => PathQuantity.Combine(a, b, divide: false),
            _ => PathQuantity.Combine(a, b, divide: true),
        };
        return result is null ? default : new(FhirValue.Of(result));
    }

    private static bool IsNumber(in FhirValue value) => value.Kind is FhirValueKind.Integer or FhirValueKind.Decimal or FhirValueKind.Long;

    private static bool IsWhole(in FhirValue value) => value.Kind is FhirValueKind.Integer or FhirValueKind.Long;

    private static PathQuantity? AsQuantity(in FhirValue value) =>
        value.Kind == FhirValueKind.Quantity || IsNumber(value) ? Conversion.ToQuantity(value) : null;
}

/// <summary><c>&amp;</c>: joins texts; nothing counts as an empty text.</summary>
internal sealed class Concatenate : Expression
{
    private readonly Expression left;
    private readonly Expression right;

    internal Concatenate(int position, Expression left, Expression right) : base(position)
    {
        (this.left, this.right) = (left, right);
        Over(left);
        Over(right);
    }

    internal override SyntaxNode Outline() => new("BinaryExpression", "&", Position, left.Outline(), right.Outline());

    internal override Values Evaluate(Evaluation run) => Values.Of(run.Charge(Text(left, run) + Text(right, run), this));

    private string Text(Expression operand, Evaluation run)
    {
        if (SingleValue(operand.Evaluate(run)) is not { } value)
            return "";
        return value.Text ?? throw Error($"A value of type {value.TypeName} is no text.");
    }
}

/// <summary>A sign before a number or quantity.</summary>
internal sealed class Polarity : Expression
{
    internal Polarity(int position, Expression operand, bool negates) : base(position)
    {
        (Operand, Negates) = (operand, negates);
        Over(operand);
    }

    internal Expression Operand { get; }

    internal bool Negates { get; }

    internal override SyntaxNode Outline() => new("UnaryExpression", Negates ? "-" : "+", Position, Operand.Outline());

    internal override Values Evaluate(Evaluation run)
    {
        if (SingleValue(Operand.Evaluate(run)) is not { } value)
            return default;
        var sign = Negates ? -1 : 1;
        return value.Kind switch
        {
            FhirValueKind.Integer => value.Int == int.MinValue && Negates ? default : new(FhirValue.Of(value.Int * sign)),
            FhirValueKind.Decimal => new(FhirValue.Of(value.Number!.Value * sign)),
            FhirValueKind.Long => new(FhirValue.Of((long)value.Number!.Value * sign)),
            FhirValueKind.Quantity => new(FhirValue.Of((PathQuantity)value.Content! with { Value = value.Quantity!.Value * sign })),
            _ => throw Error($"A value of type {value.TypeName} has no sign."),
        };
    }
}

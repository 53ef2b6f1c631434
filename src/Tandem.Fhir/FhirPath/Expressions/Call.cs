using Tandem.Fhir.FhirPath.Functions;

namespace Tandem.Fhir.FhirPath.Expressions;

/// <summary><c>target.function(arguments)</c>.</summary>
internal sealed class Call : Expression
{
    private readonly Function function;

    internal Call(int position, Expression target, Function function, Expression[] arguments) : base(position)
    {
        (Target, this.function, Arguments) = (target, function, arguments);
        Over(target);
        foreach (var argument in arguments)
            Over(argument);
    }

    internal Expression Target { get; }

    internal Expression[] Arguments { get; }

    internal string Name => function.Name;

    internal override SyntaxNode Outline() => new("FunctionCallExpression", Name, Position, [Target.Outline(), .. Arguments.Select(argument => argument.Outline())]);

    internal override Values Evaluate(Evaluation run)
    {
        var focus = Target.Evaluate(run);
        run.Charge(1 + focus.Count, this);
        var result = function.Body(focus, this, run);
        run.Charge(result.Count, this);
        return result;
    }

    /// <summary>The only item of an argument as a System value; null when it was not given or gives nothing, or nothing with a value.</summary>
    internal FhirValue? Argument(int number, Evaluation run) =>
        number < Arguments.Length ? SingleValue(Arguments[number].Evaluate(run)) : null;

    internal string? TextArgument(int number, Evaluation run) => Argument(number, run) is { } value
        ? value.Kind == FhirValueKind.String ? value.Text : throw Error($"{Name}() needs a text, not a value of type {value.TypeName}.")
        : null;

    internal int? IntegerArgument(int number, Evaluation run) => Argument(number, run) is { } value
        ? value.Kind == FhirValueKind.Integer ? value.Int : throw Error($"{Name}() needs an integer, not a value of type {value.TypeName}.")
        : null;

    /// <summary>The only item of the input as a text; null when there is none.</summary>
    internal string? Text(in Values focus) => SingleValue(focus) is { } value
        ? value.Kind == FhirValueKind.String ? value.Text : throw Error($"{Name}() works on a text, not on a value of type {value.TypeName}.")
        : null;
}

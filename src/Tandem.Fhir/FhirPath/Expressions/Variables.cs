using Tandem.Fhir.FhirPath.Functions;

namespace Tandem.Fhir.FhirPath.Expressions;

/// <summary>A variable that <c>defineVariable</c> made, and those made before it.</summary>
internal sealed record VariableScope(string Name, Values Value, VariableScope? Outer)
{
    internal static bool TryFind(VariableScope? scope, string name, out Values value)
    {
        for (var at = scope; at is not null; at = at.Outer)
        {
            if (at.Name == name)
            {
                value = at.Value;
                return true;
            }
        }

        value = default;
        return false;
    }
}

/// <summary>
/// An argument or operand in which variables are made: they are known to what follows in its own chain and nowhere else (FHIRPath 3.0 ballot,
/// defineVariable). Only such parts are wrapped, so others cost nothing.
/// </summary>
internal sealed class Scoped : Expression
{
    private readonly Expression inner;

    internal Scoped(Expression inner) : base(inner.Position)
    {
        this.inner = inner;
        Depth = inner.Depth;
    }

    internal override Values Evaluate(Evaluation run)
    {
        var outer = run.Scope;
        var result = inner.Evaluate(run);
        run.Scope = outer;
        return result;
    }

    internal override SyntaxNode Outline() => inner.Outline();
}

/// <summary><c>defineVariable(name [, expression])</c>: names the input, or what the expression makes of it; gives the input.</summary>
internal static class DefineVariable
{
    internal const string Name = "defineVariable";

    internal static readonly Function Function = new(Name, 1, 2, Run);

    private static Values Run(in Values focus, Call call, Evaluation run)
    {
        if (call.TextArgument(0, run) is not { } name)
            throw call.Error("defineVariable() needs a name.");
        if (Constant.IsFixed(name) || VariableScope.TryFind(run.Scope, name, out _))
            throw call.Error($"The variable %{name} is set already.");
        var value = focus;
        if (call.Arguments.Length > 1)
        {
            var outer = run.Here;
            run.Enter(focus);
            value = call.Arguments[1].Evaluate(run);
            run.Leave(outer);
        }

        run.Scope = new(name, value, run.Scope);
        return focus;
    }
}

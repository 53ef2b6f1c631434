using Tandem.Fhir.FhirPath.Expressions;

namespace Tandem.Fhir.FhirPath;

/// <summary>One run of one expression: where it stands ($this, $index, $total) and how much work it may still do.</summary>
internal sealed class Evaluation(FhirPathContext context)
{
    private readonly FhirPathBudget budget = context.Budget ?? new(context.MaxWork);
    private DateTimeOffset? now = context.Now;

    /// <summary>Longest text that string functions may build.</summary>
    internal const int MaxText = 1_000_000;

    internal DateTimeOffset Now => now ??= Context.Clock.GetLocalNow();

    internal FhirPathContext Context { get; } = context;

    internal Values This { get; set; } = context.Focus;

    /// <summary>The place in the collection that is walked; negative when none is.</summary>
    internal int Index { get; private set; } = -1;

    internal Values Total { get; set; }

    /// <summary>The variables made on the way here.</summary>
    internal VariableScope? Scope { get; set; }

    internal void Charge(long units, Expression at)
    {
        if (!budget.Take(units))
            throw Ended("it takes more work than is allowed", at);
    }

    internal string Charge(string text, Expression at)
    {
        if (text.Length > MaxText)
            throw TooLong(at);
        Charge(text.Length / 32, at);
        return text;
    }

    internal static FhirPathException TooLong(Expression at) => Ended($"a text of more than {MaxText:N0} characters would be built", at);

    /// <summary>For the time that a regular expression has taken since a timestamp of the clock, which is moved to now.</summary>
    internal void ChargeMatching(ref long since, Expression at)
    {
        var until = Context.Clock.GetTimestamp();
        if (!budget.TakeMatching(Context.Clock.GetElapsedTime(since, until)))
            throw Ended("its regular expressions take too long", at);
        since = until;
    }

    /// <summary>For going over a text of this length.</summary>
    internal void ChargeText(long length, Expression at) => Charge(length / 32, at);

    /// <summary>Before a text is built from one of this length, each character replaced by up to so many.</summary>
    internal void ChargeReplacement(int length, int each, Expression at)
    {
        var most = (long)length * (1 + each);
        if (most > 20L * MaxText)
            throw Ended("the replacement would build too long a text", at);
        Charge(most / 32, at);
    }

    private static FhirPathException Ended(string why, Expression at) => new($"The evaluation was ended: {why}.", at.Position) { IsTooCostly = true };

    /// <summary>True while the caller's own code runs: what it throws is no fault of the expression.</summary>
    internal bool IsOutside { get; private set; }

    /// <summary>Asks one of the callbacks of the context.</summary>
    internal T Outside<T>(Func<T> ask)
    {
        IsOutside = true;
        var answer = ask();
        IsOutside = false;
        return answer;
    }

    /// <summary>Stands on an item; what is given back restores the outer place.</summary>
    internal Place Enter(in FhirValue item, int index)
    {
        var outer = new Place(This, Index);
        This = new Values(item);
        Index = index;
        return outer;
    }

    internal void Enter(in Values focus) => This = focus;

    internal void Leave(in Place outer) => (This, Index) = (outer.This, outer.Index);

    internal Place Here => new(This, Index);

    internal readonly record struct Place(Values This, int Index);
}

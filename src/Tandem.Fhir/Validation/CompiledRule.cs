using System.Collections.Concurrent;
using Tandem.Fhir.Definitions;
using Tandem.Fhir.FhirPath;
using Tandem.Fhir.Structure;

namespace Tandem.Fhir.Validation;

/// <summary>An invariant ready to be evaluated. Compiled once per rule and process.</summary>
internal sealed class CompiledRule
{
    private static readonly ConcurrentDictionary<object, CompiledRule[]> Compiled = new(ReferenceEqualityComparer.Instance);

    private readonly FhirRule rule;
    private readonly FhirPathExpression? expression;
    private readonly FhirPathFault? fault;
    private readonly bool isAboutContained;
    private readonly bool isAboutNarrative;

    internal CompiledRule(FhirRule rule)
    {
        this.rule = rule;
        expression = FhirPathExpression.Compile(rule.Expression, out fault);
        isAboutNarrative = rule.Key == "dom-6";
        isAboutContained = rule.Key is "dom-3" or "dom-4" or "dom-5";
    }

    internal string Key => rule.Key;

    internal static CompiledRule[] Of(FhirType type) => Of(type, type.Rules);

    internal static CompiledRule[] Of(FhirElement element) => element.Rules.Count == 0 ? [] : Of(element, element.Rules);

    internal void Check(in FhirValue item, FhirPathContext context, ValidationRun run) => Check(item, item, context, run);

    /// <summary>As <see cref="Check(in FhirValue, FhirPathContext, ValidationRun)"/>, where what is wrong lies elsewhere than at the item the rule is asked of.</summary>
    internal void Check(in FhirValue item, in FhirValue place, FhirPathContext context, ValidationRun run)
    {
        if (isAboutContained && !item.Node["contained"u8].Exists)
            return;
        if (rule.Key == "dom-3")
        {
            if (!ContainedUse.IsComplete(item.Node))
                Broken(place, run);
            return;
        }

        if (isAboutNarrative && context.IsContained)
            return; // a contained resource is told in its container's narrative (R4 2.28.0.2)
        if (expression is null)
        {
            run.Add(IssueSeverity.Warning, "processing", $"The rule {rule.Key} cannot be read: {fault!.Reason}", place);
            return;
        }

        try
        {
            if (!expression.Holds(context.At(item)))
                Broken(place, run);
        }
        catch (FhirPathException e)
        {
            run.Add(IssueSeverity.Warning, "processing", $"The rule {rule.Key} cannot be evaluated here: {e.Message}", place);
        }
    }

    private void Broken(in FhirValue item, ValidationRun run) => run.Add(Severity(), "invariant", $"{Sentence(rule.Text)} ({rule.Key}).", item);

    private IssueSeverity Severity() => rule.Severity switch
    {
        RuleSeverity.Error => IssueSeverity.Error,
        RuleSeverity.Warning => IssueSeverity.Warning,
        _ => IssueSeverity.Information,
    };

    private static CompiledRule[] Of(object key, IReadOnlyList<FhirRule> rules) =>
        Compiled.TryGetValue(key, out var known) ? known : Compiled.GetOrAdd(key, [.. rules.Select(rule => new CompiledRule(rule))]);

    private static string Sentence(string text) => text.TrimEnd('.', ' ');
}

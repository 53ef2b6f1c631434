using Tandem.Fhir.FhirPath;
using Tandem.Fhir.Json;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Operations;
using Tandem.Record.Validation;

namespace Tandem.Record.Plans;

/// <summary>The expressions of one application of a plan: FHIRPath on the subject, with what the call names as variables, which are read once.</summary>
internal sealed class PlanExpressions(OperationRequest call, FhirNode subject)
{
    /// <summary>Arguments that are only seen by expressions, as <c>%setting</c>.</summary>
    internal static readonly string[] Settings = ["userType", "userLanguage", "userTaskContext", "setting", "settingContext"];

    private const int MostEvaluated = 10_000;

    private FhirPathContext? context;
    private int evaluated;

    /// <summary>What an expression gives; null with the reason when it gives no answer.</summary>
    /// <param name="expression">The Expression.</param>
    /// <param name="fault">The reason.</param>
    internal IReadOnlyList<FhirValue>? Evaluate(FhirNode expression, out RefusalDetail? fault)
    {
        fault = null;
        if (++evaluated > MostEvaluated)
            fault = new("too-costly", $"The plan and those it applies have more than {MostEvaluated} conditions and dynamic values.");
        else if (!expression["language"u8].Is("text/fhirpath"u8) || FhirPathExpression.Compile(expression["expression"u8].Text ?? "", out _) is not { } compiled)
            fault = new("not-supported", $"An expression of the plan is no FHIRPath (line {expression.Position.Line}).");
        else if (!compiled.TryEvaluate(context ??= Context(), out var values, out var reason))
            fault = new("processing", $"An expression of the plan has no answer for this subject: {reason!.Reason}");
        else
            return values;
        return null;
    }

    private FhirPathContext Context()
    {
        var made = ExpressionContext.Of(call, subject).With("subject", subject).With("patient", subject);
        foreach (var name in new[] { "encounter", "practitioner", "organization" })
            made.With(name, call.Reference(name) is { } reference ? ValidateResource.Resolve(call.Fhir, reference) : default);
        foreach (var name in Settings)
            made.With(name, call[name].Value);
        return made;
    }
}

namespace Tandem.Fhir.FhirPath.Expressions;

/// <summary><c>%name</c>: a variable of the context, or an address with a fixed meaning (FHIR R4 2.9.1.7).</summary>
internal sealed class Constant(int position, string name) : Expression(position)
{
    private readonly Values? known = Address(name) is { } address ? Values.Of(address) : null;

    internal override SyntaxNode Outline() => new("VariableRefExpression", name, Position);

    internal override Values Evaluate(Evaluation run)
    {
        if (VariableScope.TryFind(run.Scope, name, out var values) || run.Context.TryGetVariable(name, out values))
            return values;
        return name switch
        {
            "resource" => run.Context.ResourceValues,
            "rootResource" => run.Context.RootValues,
            "context" => run.Context.Focus,
            _ => known ?? throw Error($"The variable %{name} is not set."),
        };
    }

    /// <summary>True for a name that has its meaning from the specification.</summary>
    internal static bool IsFixed(string name) => name is "resource" or "rootResource" or "context" || Address(name) is not null;

    private static string? Address(string name) => name switch
    {
        "sct" => "http://snomed.info/sct",
        "loinc" => "http://loinc.org",
        "ucum" => "http://unitsofmeasure.org",
        _ when name.StartsWith("vs-", StringComparison.Ordinal) => "http://hl7.org/fhir/ValueSet/" + name[3..],
        _ when name.StartsWith("ext-", StringComparison.Ordinal) => "http://hl7.org/fhir/StructureDefinition/" + name[4..],
        _ => null,
    };
}

using Tandem.Fhir.FhirPath;
using Tandem.Fhir.Json;
using Tandem.Fhir.Terminology;
using Tandem.Record.Validation;

namespace Tandem.Record.Operations;

/// <summary>What the expressions of an operation see beside their resource: the time, what the caller may read of the record, and codes.</summary>
internal static class ExpressionContext
{
    internal static FhirPathContext Of(OperationRequest call, FhirNode resource)
    {
        var terminology = call.Fhir.Service.Definitions.Current.Terminology;
        return new FhirPathContext(resource)
        {
            Now = call.Fhir.Service.Clock.GetLocalNow(),
            Resolve = reference => ValidateResource.Resolve(call.Fhir, reference),
            MemberOf = (value, valueSet) => MemberOf(terminology, value, valueSet),
            IsA = terminology.IsA,
        };
    }

    /// <summary>Whether a code is in a value set. An error where that cannot be said, for nothing would read as no (R4 2.9.1.4).</summary>
    internal static bool MemberOf(TerminologyService terminology, FhirValue value, string valueSet)
    {
        if (!terminology.FindValueSet(valueSet).Exists)
            throw new FhirPathException($"The value set {valueSet} is not here.");
        return terminology.MemberOf(value, valueSet) ?? throw new FhirPathException($"The value set {valueSet} cannot be asked for this code: a value set or code system that it is made of is not here.");
    }
}

using System.Text;
using System.Text.RegularExpressions;
using Firely.Fhir.Validation;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using Hl7.Fhir.Specification.Source;
using Hl7.Fhir.Specification.Terminology;

namespace Tandem.SecondOpinion;

/// <summary>The validator of the Firely SDK with the definitions of R4 and of one package.</summary>
internal sealed partial class FirelyOpinion
{
    private static readonly FhirJsonDeserializer Reader = new(new DeserializerSettings().UsingMode(DeserializationMode.Ostrich));
    private readonly Validator validator;

    internal FirelyOpinion(IEnumerable<ReadOnlyMemory<byte>> definitions)
    {
        var own = new InMemoryResourceResolver([.. definitions.Select(bytes => Read(bytes.Span))]);
        var all = new CachedResolver(new SnapshotSource(new CachedResolver(new MultiResolver(own, ZipSource.CreateValidationSource()))));
        validator = new Validator(all, LocalTerminologyService.CreateDefaultForCore(all));
    }

    internal IEnumerable<Finding> Of(ReadOnlyMemory<byte> resource, string profile) => validator.Validate(Read(resource.Span), profile).Issue
        .Where(issue => issue.Severity is not OperationOutcome.IssueSeverity.Information)
        .Select(issue => new Finding(
            issue.Severity is OperationOutcome.IssueSeverity.Warning ? "warning" : "error",
            Key().Match(issue.Details?.Text ?? "") is { Success: true } key ? key.Groups[1].Value : issue.Details?.Coding.FirstOrDefault()?.Code ?? "",
            Finding.Plain(issue.Expression.FirstOrDefault() ?? ""),
            issue.Details?.Text ?? ""));

    private static Resource Read(ReadOnlySpan<byte> json)
    {
        Reader.TryDeserializeResource(Encoding.UTF8.GetString(json), out var resource, out _);
        return resource!;
    }

    [GeneratedRegex("failed constraint ([a-z]+(?:-[a-z]+)*-\\d+[a-z]?)")]
    private static partial Regex Key();
}

using System.Text.Json.Serialization;

namespace Tandem.Trust.Audit;

/// <summary>What an event says of one of several patients.</summary>
/// <param name="Patient">The patient's logical id.</param>
/// <param name="References">What was touched, at most <see cref="Kernel.Actors.PatientTouch.MostReferences"/>.</param>
/// <param name="Count">How much was touched.</param>
public sealed record AuditShare(
    [property: JsonPropertyName("p")] string Patient, [property: JsonPropertyName("r")] IReadOnlyList<string> References, [property: JsonPropertyName("n")] int Count);

/// <summary>How details are written and read: what has its default is left out.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(AuditDetail))]
internal sealed partial class AuditJson : JsonSerializerContext;

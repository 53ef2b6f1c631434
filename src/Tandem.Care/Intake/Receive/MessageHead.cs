using Tandem.Hl7v2.Acknowledging;
using Tandem.Hl7v2.Segments;

namespace Tandem.Care.Intake;

/// <summary>What the inbox keeps of a message beside its bytes.</summary>
/// <param name="Id">See <see cref="Arrival.IdFor"/>.</param>
/// <param name="Source">Its source.</param>
/// <param name="ControlId">MSH-10.</param>
/// <param name="Type">MSH-9: code and event.</param>
/// <param name="EventAt">When the event happened by the sender's word.</param>
/// <param name="Answer">AA, AE or AR.</param>
internal sealed record MessageHead(string Id, string Source, string ControlId, string Type, DateTimeOffset? EventAt, string Answer)
{
    internal static MessageHead Of(string id, Reading reading)
    {
        var header = reading.Message is null ? default : Msh.In(reading.Message);
        var type = reading.Message is null ? default : header.Type;
        return new(
            id, reading.SourceId, reading.Message is null ? "" : Keepable(header.ControlId ?? ""), reading.Message is null ? "" : Keepable($"{type.Code}^{type.Trigger}"),
            reading.EventAt, reading.Complaint is null ? "AA" : reading.Complaint.Answer == AckOutcome.Error ? "AE" : "AR");
    }

    internal static MessageHead Of(Arrival arrival, Reading reading) => Of(arrival.IdFor(reading.SourceId, reading.Message), reading);

    /// <summary>PostgreSQL keeps no text with a NUL in it.</summary>
    internal static string Keepable(string text) => text.Replace("\0", "", StringComparison.Ordinal);
}

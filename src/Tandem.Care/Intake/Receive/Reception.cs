using Microsoft.Extensions.Logging;
using Tandem.Hl7v2;
using Tandem.Hl7v2.Acknowledging;
using Tandem.Hl7v2.Segments;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;

namespace Tandem.Care.Intake;

/// <summary>
/// Takes a message in: read, keep, answer. AA means that it is durable and can be applied as far as it alone can tell; AE and AR that it is durable in
/// quarantine. Only an AR that asks to send again means that it was not kept. Thread-safe.
/// </summary>
internal sealed class Reception(MessageReading reading, Inbox inbox, TimeProvider clock, ILogger<Reception> log)
{
    private static readonly Complaint CannotKeep = new(
        "", "The hub cannot keep messages now. It was not kept: send it again.", null, AckOutcome.Rejected, AckErrorCode.ApplicationError);

    /// <summary>Receives one transmission.</summary>
    /// <returns>The answers to send, in order; none when the sender wants none.</returns>
    internal async Task<IReadOnlyList<byte[]>> ReceiveAsync(Arrival arrival, CancellationToken cancel, bool isAlone = false)
    {
        var read = reading.Read(arrival);
        if (read.Message is not null && Msh.In(read.Message).Type.Code == "ACK")
            return []; // an answer is never answered (HL7 v2.8.2 ch. 2.9.2)
        var complaint = read.Complaint;
        string? id = null;
        try
        {
            var kept = await inbox.KeepAsync(arrival, read, isAlone, cancel);
            if (!kept.Succeeded(out id, out var refusal))
                (complaint, id) = (CannotKeep, null);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            log.LogError(e, "A message of the source {Source} could not be kept.", read.SourceId);
            complaint = CannotKeep;
        }

        return Answers(read.Message, complaint, id ?? arrival.IdFor(read.SourceId, read.Message));
    }

    private List<byte[]> Answers(Hl7Message? message, Complaint? complaint, string id)
    {
        var at = clock.GetUtcNow();
        var controlId = id[..20];
        if (message is null)
            return [Acknowledgement.WriteForUnreadable(controlId, at, complaint!.ToError())];
        var errors = complaint is null ? null : new[] { complaint.ToError() };
        var answers = new List<byte[]>(1);
        foreach (var code in Acknowledgement.Codes(message, complaint?.Answer ?? AckOutcome.Accepted))
            answers.Add(Acknowledgement.Write(message, code, controlId, at, errors));
        return answers;
    }
}

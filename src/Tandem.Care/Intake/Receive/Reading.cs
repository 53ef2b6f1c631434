using Tandem.Care.Intake.Mapping;
using Tandem.Hl7v2;
using Tandem.Hl7v2.Acknowledging;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Files;

namespace Tandem.Care.Intake;

/// <summary>What a message is found to be before the record is asked: the same for every reading of the same bytes and settings.</summary>
/// <param name="Message">The message, or its header alone when the rest cannot be read; null when not even that can.</param>
/// <param name="Source">Whose it is; null when nobody is known for it.</param>
/// <param name="Complaint">Why it cannot be applied; null when it can.</param>
/// <param name="Mapped">What it says; null when it cannot be applied.</param>
internal sealed record Reading(Hl7Message? Message, FeedSource? Source, Complaint? Complaint, MappedMessage? Mapped)
{
    /// <summary>The source's id in the inbox.</summary>
    internal string SourceId => Source?.Id ?? FeedSources.Unknown;

    /// <summary>When the event happened by the sender's word.</summary>
    internal DateTimeOffset? EventAt => Mapped?.EventAt;
}

/// <summary>Why a message cannot be applied, where, and how its sender is told.</summary>
/// <param name="Reason">See <see cref="Intake.Reason"/>.</param>
/// <param name="Text">A whole sentence; holds no content of the message.</param>
/// <param name="Place">HL7 location such as <c>PID-3.4</c>, or null.</param>
/// <param name="Answer">AE or AR.</param>
/// <param name="Code">Table 0357.</param>
internal sealed record Complaint(string Reason, string Text, string? Place, AckOutcome Answer, int Code)
{
    internal AckError ToError() =>
        new(Code, Text, Place is not null && Hl7Location.TryParse(Place, out var location) ? location : null);
}

/// <summary>Reads arrivals: parse, find the source, see whether it can be mapped. Pure but for the registration of senders. Thread-safe.</summary>
internal sealed class MessageReading(FeedSources sources, IntakeOptions options, FileGuard? files = null, MessageRules? rules = null)
{
    private readonly Hl7ReadOptions readOptions = new(null, options.MaxMessageBytes + 1);

    internal Reading Read(Arrival arrival)
    {
        var parsed = Hl7Message.Parse(arrival.Raw, readOptions);
        var header = parsed.Message ?? parsed.Fault?.Header;
        var source = header is null ? null : sources.Resolve(header);
        if (arrival.Extent != Extent.Whole)
            return new(header, source, Cut(arrival.Extent), null);
        if (source?.CharacterSet is { } set && !header!.Header[18].HasValue)
            parsed = Hl7Message.Parse(arrival.Raw, readOptions with { DefaultCharacterSet = set });
        if (!parsed.Succeeded(out var message, out var fault))
            return new(fault.Header, source, Unreadable(fault), null);
        if (source is null)
            return new(message, null, UnknownSender, null);
        if (!MessageMapping.Map(message, source.ToSettings() with { Files = files ?? FileGuard.Default }).Succeeded(out var mapped, out var refusal))
            return new(message, source, CannotMap(refusal), null);
        return rules?.Broken(source, mapped) is { } broken ? new(message, source, broken, null) : new(message, source, null, mapped);
    }

    private static readonly Complaint UnknownSender = new(
        Reason.UnknownSender, "The sender is not registered here. Ask the hub's administrator to register it.", "MSH-3", AckOutcome.Rejected,
        AckErrorCode.ApplicationError);

    private Complaint Cut(Extent extent) => extent == Extent.Unfinished
        ? new(Reason.Unfinished, "The message broke off before its end and the next one began.", null, AckOutcome.Error, AckErrorCode.SegmentSequence)
        : new(Reason.TooLarge, $"The message is larger than {options.MaxMessageBytes:N0} bytes. Only its beginning was kept.", null,
            AckOutcome.Rejected, AckErrorCode.ApplicationError);

    private static Complaint CannotMap(Refusal refusal)
    {
        var detail = refusal.Details.Count > 0 ? refusal.Details[0] : null;
        if (refusal.Kind == RefusalKind.NotSupported)
        {
            return new(Reason.Unsupported, refusal.Text, detail?.Expression, AckOutcome.Rejected,
                detail?.Expression == "MSH-9.2" ? AckErrorCode.UnsupportedEventCode : AckErrorCode.UnsupportedMessageType);
        }

        var code = detail?.Code switch
        {
            "required" => AckErrorCode.RequiredFieldMissing,
            "structure" => AckErrorCode.SegmentSequence,
            _ => AckErrorCode.DataType,
        };
        return new(Reason.CannotMap, detail?.Text ?? refusal.Text, detail?.Expression, AckOutcome.Error, code);
    }

    private static Complaint Unreadable(Hl7Fault fault) => new(
        Reason.Unreadable, fault.Reason, fault.Location.Short, fault.Header is null ? AckOutcome.Rejected : AckOutcome.Error,
        fault.Location.Field > 0 ? AckErrorCode.DataType : AckErrorCode.SegmentSequence);
}

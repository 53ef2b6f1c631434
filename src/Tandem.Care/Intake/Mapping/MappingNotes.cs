using Tandem.Hl7v2;
using Tandem.Kernel.Outcomes;

namespace Tandem.Care.Intake.Mapping;

/// <summary>What is noticed on the way: warnings that travel with the result, and faults for which the message is refused.</summary>
internal sealed class MappingNotes
{
    private readonly List<RefusalDetail> warnings = [];
    private readonly List<RefusalDetail> faults = [];

    internal IReadOnlyList<RefusalDetail> Warnings => warnings;

    internal IReadOnlyList<RefusalDetail> Faults => faults;

    /// <summary>Something could not be taken over.</summary>
    internal void Warn(string code, string text, Hl7Value value) => warnings.Add(Detail(code, text, value) with { IsWarning = true });

    /// <summary>As <see cref="Warn(string, string, Hl7Value)"/> where nothing stands.</summary>
    internal void Warn(string code, string text, string location) => warnings.Add(new(code, text, location, null, IsWarning: true));

    /// <summary>The message cannot be applied because of this.</summary>
    internal void Fault(string code, string text, string location) => faults.Add(new(code, text, location));

    /// <summary>A time that cannot be read: applying the message without it could put it out of order, so it is refused.</summary>
    internal void UnreadableTime(Hl7Value value) => faults.Add(Detail("value", "This is no time that HL7 allows.", value));

    private static RefusalDetail Detail(string code, string text, Hl7Value value) =>
        new(code, text, value.Location.Short, $"line {value.Position.Line}");
}

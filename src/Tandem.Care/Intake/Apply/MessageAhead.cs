using Tandem.Care.Identity;
using Tandem.Care.Intake.Mapping;
using Tandem.Kernel.Data;
using Tandem.Record.Log;

namespace Tandem.Care.Intake;

/// <summary>What applying a message asks of the inbox and of the numbers, read together with what the messages beside it ask. Not thread-safe.</summary>
internal sealed class MessageAhead : ReadAhead
{
    /// <summary>How many messages <see cref="ReadMany"/> asks for: id, source and control id of each.</summary>
    private const int ManyAtOnce = 16;

    internal const string ReadMany =
        $"""
        SELECT {MessageState.Columns}, r.number, c.id, w.column1
        FROM (VALUES ($1, $2, $3), ($4, $5, $6), ($7, $8, $9), ($10, $11, $12), ($13, $14, $15), ($16, $17, $18), ($19, $20, $21), ($22, $23, $24),
          ($25, $26, $27), ($28, $29, $30), ($31, $32, $33), ($34, $35, $36), ($37, $38, $39), ($40, $41, $42), ($43, $44, $45), ($46, $47, $48)) w
        LEFT JOIN intake_states s ON s.id = w.column1 LEFT JOIN intake_receipts r ON r.id = w.column1
        LEFT JOIN intake_controls c ON c.source = w.column2 AND c.control_id = w.column3
        """;

    private static readonly (Table, int)[] Asked =
        [(IntakeTables.States, 1), (IntakeTables.Receipts, 1), (IntakeTables.Controls, 2), (IntakeTables.Statements, 2), (KnownNumbers.Source, 3)];

    private readonly string id;
    private readonly string source;
    private readonly string control;
    private readonly IReadOnlyList<(string Type, string System, string Value)> numbers;
    private KnownMessage? known;
    private Dictionary<(string Type, string System, string Value), List<string>> owners = [];
    private Dictionary<(string Type, string Id), List<(string Source, byte[] Said)>> said = [];

    /// <param name="waiting">The message.</param>
    /// <param name="reading">What was read of it.</param>
    internal MessageAhead(WaitingMessage waiting, Reading reading)
    {
        (id, source, control) = (waiting.Id, reading.SourceId, TakeMessage.ControlId(reading));
        numbers = reading.Mapped is { } mapped ? [.. MatchMessage.AllNumbers(mapped)] : [];
        Resources = reading is { Mapped: { } message, Source: { } from } ? MatchMessage.Likely(message, waiting.Id, from.DeviceId) : [];
    }

    /// <summary>What its resources are when nobody else made them.</summary>
    internal IReadOnlyList<(string Type, string Id)> Resources { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<(Table Table, int Keys)> Sources => Asked;

    /// <inheritdoc/>
    public override void Read(DbSession session, Func<string, string, bool> isThere, IReadOnlyList<ReadAhead> all)
    {
        var messages = all.Cast<MessageAhead>().ToList();
        var states = new Dictionary<string, KnownMessage>(StringComparer.Ordinal);
        foreach (var some in messages.DistinctBy(one => one.id).Chunk(ManyAtOnce))
            Ask(session, some, states);
        var owned = KnownNumbers.Ask(session, messages.SelectMany(one => one.numbers));
        var statements = EarlierStatements.Ask(session, messages.SelectMany(one => one.Resources).Where(one => isThere(one.Type, one.Id)));
        foreach (var one in messages)
            (one.known, one.owners, one.said) = (states[one.id], owned, statements);
    }

    /// <summary>What is known of the message, unless it was not asked or may have changed since.</summary>
    internal KnownMessage? Known(WriteSession session) =>
        known is not null && session.Holds(this, IntakeTables.States, id) && session.Holds(this, IntakeTables.Receipts, id) && session.Holds(this, IntakeTables.Controls, source, control)
            ? known : null;

    /// <summary>Whom a number belongs to, unless it was not asked or may have changed since.</summary>
    internal List<string>? Owners(WriteSession session, (string Type, string System, string Value) number) =>
        owners.TryGetValue(number, out var there) && session.Holds(this, KnownNumbers.Source, KnownNumbers.KeyOf(number)) ? there : null;

    /// <summary>What the sources said of a resource, unless it was not asked or may have changed since.</summary>
    internal List<(string Source, byte[] Said)>? Said(WriteSession session, string type, string resource) =>
        said.TryGetValue((type, resource), out var there) && session.Holds(this, IntakeTables.Statements, type, resource) ? there : null;

    private static void Ask(DbSession session, MessageAhead[] some, Dictionary<string, KnownMessage> states)
    {
        var arguments = new DbValue[ManyAtOnce * 3];
        for (var i = 0; i < ManyAtOnce; i++)
            (arguments[i * 3], arguments[(i * 3) + 1], arguments[(i * 3) + 2]) = i < some.Length ? (some[i].id, some[i].source, some[i].control) : ("", "", "");
        session.ForEach(ReadMany, row => states[row.Text(14)] = KnownMessage.Read(row), arguments);
    }
}

/// <summary>What is known of a message before it is applied.</summary>
/// <param name="State">What became of it, or null.</param>
/// <param name="First">The number of its first transmission; 0 when there is none.</param>
/// <param name="ControlUser">The message that its control id was first used for, or null.</param>
internal sealed record KnownMessage(MessageState? State, long First, string? ControlUser)
{
    internal static KnownMessage Read(DbRow row) => new(row.IsNull(0) ? null : MessageState.Read(row), row.IntegerOrNull(12) ?? 0, row.TextOrNull(13));
}

using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Tandem.Trust.Audit;

/// <summary>What an event says as bytes that no two events share: what is sealed, and what the journal holds. Numbers are little-endian in eight bytes.</summary>
internal static class DraftBytes
{
    /// <summary>Writes an event without its places.</summary>
    internal static void Write(ArrayBufferWriter<byte> into, AuditDraft draft)
    {
        Put(into, draft.At.ToUnixTimeMilliseconds());
        Put(into, draft.Lane);
        Put(into, draft.Outcome);
        Put(into, (int)draft.Marks);
        Put(into, draft.Patient);
        Put(into, draft.Actor);
        Put(into, draft.Interaction);
        Put(into, draft.Body.Length);
        into.Write(draft.Body);
    }

    /// <summary>Reads what <see cref="Write"/> wrote; only of bytes whose seal fits.</summary>
    internal static AuditDraft Read(ReadOnlySpan<byte> from)
    {
        var at = DateTimeOffset.FromUnixTimeMilliseconds(Number(ref from));
        var (lane, outcome, marks) = ((int)Number(ref from), (int)Number(ref from), (AuditMarks)Number(ref from));
        var (patient, actor, interaction) = (Text(ref from), Text(ref from)!, Text(ref from)!);
        var length = (int)Number(ref from);
        var body = from[..length].ToArray();
        return new AuditDraft(at, lane, patient, actor, interaction, outcome, marks, body) { Listed = AuditRow.ListedIn(marks, body) };
    }

    internal static void Put(ArrayBufferWriter<byte> into, long number)
    {
        BinaryPrimitives.WriteInt64LittleEndian(into.GetSpan(8), number);
        into.Advance(8);
    }

    /// <summary>Length first, so that no two events read the same; -1 for none.</summary>
    private static void Put(ArrayBufferWriter<byte> into, string? value)
    {
        Put(into, value is null ? -1 : Encoding.UTF8.GetByteCount(value));
        if (value is not null)
            into.Advance(Encoding.UTF8.GetBytes(value, into.GetSpan(Encoding.UTF8.GetMaxByteCount(value.Length))));
    }

    private static long Number(ref ReadOnlySpan<byte> from)
    {
        var number = BinaryPrimitives.ReadInt64LittleEndian(from);
        from = from[8..];
        return number;
    }

    private static string? Text(ref ReadOnlySpan<byte> from)
    {
        var length = (int)Number(ref from);
        if (length < 0)
            return null;
        var text = Encoding.UTF8.GetString(from[..length]);
        from = from[length..];
        return text;
    }
}

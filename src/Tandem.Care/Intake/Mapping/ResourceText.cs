using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Tandem.Care.Intake.Mapping;

/// <summary>
/// Writes one resource as UTF-8. Objects and arrays come into being with their first value, so nothing is ever written empty (FHIR R4 2.6.2),
/// and text is trimmed and freed of control characters (R4 2.24.0.1).
/// </summary>
internal sealed class ResourceText
{
    /// <summary>One buffer and writer for each thread: a report has some twenty resources, and each would take several kilobytes of its own.</summary>
    [ThreadStatic]
    private static Paper? spare;

    private readonly Paper paper;
    private readonly Utf8JsonWriter json;
    private readonly List<(string? Name, bool IsArray)> open;
    private int written;

    internal ResourceText(string type)
    {
        paper = spare ?? new();
        spare = null;
        (json, open) = (paper.Json, paper.Open);
        json.WriteStartObject();
        json.WriteString("resourceType", type);
    }

    /// <summary>Begins an object; without name inside an array.</summary>
    internal ResourceText Object(string? name = null)
    {
        open.Add((name, false));
        return this;
    }

    /// <summary>Begins an array.</summary>
    internal ResourceText Array(string name)
    {
        open.Add((name, true));
        return this;
    }

    /// <summary>Ends what was begun last; it leaves no trace when nothing was written in it.</summary>
    internal ResourceText End()
    {
        var last = open.Count - 1;
        if (written > last)
        {
            written = last;
            if (open[last].IsArray)
                json.WriteEndArray();
            else
                json.WriteEndObject();
        }

        open.RemoveAt(last);
        return this;
    }

    /// <summary>Writes a text; nothing when it is empty. Without name inside an array.</summary>
    internal ResourceText Text(string? name, string? value)
    {
        var clean = Clean(value);
        if (clean.Length == 0)
            return this;
        Begin();
        if (name is null)
            json.WriteStringValue(clean);
        else
            json.WriteString(name, clean);
        return this;
    }

    /// <summary>Writes a boolean; nothing when it is null.</summary>
    internal ResourceText Flag(string name, bool? value)
    {
        if (value is { } flag)
        {
            Begin();
            json.WriteBoolean(name, flag);
        }

        return this;
    }

    /// <summary>Writes a number with the digits it was sent with, which carry its precision (R4 2.24.0.1).</summary>
    internal ResourceText Number(string name, string? literal)
    {
        if (literal is not null)
        {
            Begin();
            json.WritePropertyName(name);
            json.WriteRawValue(literal, skipInputValidation: true);
        }

        return this;
    }

    /// <summary>True when something has been written since the innermost object or array was begun.</summary>
    internal bool HasContent => written == open.Count;

    /// <summary>The resource.</summary>
    internal byte[] ToUtf8()
    {
        json.WriteEndObject();
        json.Flush();
        var bytes = paper.Buffer.WrittenSpan.ToArray();
        if (paper.Buffer.Capacity <= Paper.MostKept)
        {
            paper.Clear();
            spare = paper;
        }

        return bytes;
    }

    private void Begin()
    {
        for (; written < open.Count; written++)
        {
            var (name, isArray) = open[written];
            if (name is not null)
                json.WritePropertyName(name);
            if (isArray)
                json.WriteStartArray();
            else
                json.WriteStartObject();
        }
    }

    private static string Clean(string? value)
    {
        if (string.IsNullOrWhiteSpace(value))
            return "";
        var trimmed = value.Trim();
        return trimmed.AsSpan().ContainsAnyInRange('\0', '\x1F') || trimmed.AsSpan().ContainsAnyInRange('\x7F', '\x9F')
            ? string.Concat(trimmed.Where(c => !char.IsControl(c) || c is '\n' or '\r' or '\t')).Trim()
            : trimmed;
    }

    private sealed class Paper
    {
        internal const int MostKept = 64 * 1024;
        private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

        internal Paper() => Json = new(Buffer, Options);

        internal ArrayBufferWriter<byte> Buffer { get; } = new(4096);

        internal Utf8JsonWriter Json { get; }

        internal List<(string? Name, bool IsArray)> Open { get; } = [];

        internal void Clear()
        {
            Buffer.ResetWrittenCount();
            Json.Reset(Buffer);
            Open.Clear();
        }
    }
}

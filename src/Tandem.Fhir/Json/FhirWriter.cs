using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Tandem.Fhir.Json;

/// <summary>
/// Writes FHIR JSON by its own words. What has no value is left out: a null, an object or an array without content never
/// reaches the text (FHIR R4 2.6.2). Calls can be chained. Not thread-safe.
/// </summary>
/// <example><code>
/// var bytes = FhirWriter.Resource("Task", task => task
///     .Text("status", "requested").Text("intent", "order")
///     .Reference("for", "Patient", patientId)
///     .Period("executionPeriod", from, to));
/// </code></example>
public sealed class FhirWriter
{
    // What is written goes out as JSON of its own, never into a page, so only JSON's own characters need escapes.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private readonly Utf8JsonWriter json;
    private readonly List<(string? Name, bool IsArray)> waiting = [];

    private FhirWriter(Utf8JsonWriter json) => this.json = json;

    /// <summary>How many bytes of the whole resource are written so far.</summary>
    public long Bytes => json.BytesCommitted + json.BytesPending;

    /// <summary>A resource of its own, as UTF-8.</summary>
    public static byte[] Resource(string type, Action<FhirWriter> content)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("resourceType"u8, type);
            content(new FhirWriter(json));
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>A resource inside of this one: <c>resource</c> of an entry.</summary>
    public FhirWriter Resource(string name, string type, Action<FhirWriter> content) =>
        Object(name, inner => content(inner.Text("resourceType", type)));

    /// <summary>An object.</summary>
    public FhirWriter Object(string name, Action<FhirWriter> content) => Within(name, isArray: false, content);

    /// <summary>An array; its items are written by <see cref="Item(Action{FhirWriter})"/>, <see cref="Item(string?)"/> and <see cref="Item(FhirNode)"/>.</summary>
    public FhirWriter Array(string name, Action<FhirWriter> items) => Within(name, isArray: true, items);

    /// <summary>An array with an object per item of a sequence.</summary>
    public FhirWriter Array<T>(string name, IEnumerable<T> items, Action<FhirWriter, T> content) => Array(name, array =>
    {
        foreach (var item in items)
            array.Item(one => content(one, item));
    });

    /// <summary>An array of strings.</summary>
    public FhirWriter Texts(string name, params IEnumerable<string?> values) => Array(name, array =>
    {
        foreach (var value in values)
            array.Item(value);
    });

    /// <summary>An object in an array.</summary>
    public FhirWriter Item(Action<FhirWriter> content) => Within(null, isArray: false, content);

    /// <summary>A string in an array.</summary>
    public FhirWriter Item(string? value)
    {
        if (!string.IsNullOrWhiteSpace(value))
            Begin().WriteStringValue(value);
        return this;
    }

    /// <summary>A value of another document in an array, byte for byte.</summary>
    public FhirWriter Item(FhirNode value)
    {
        if (value.Exists)
            Begin().WriteRawValue(value.Raw, skipInputValidation: true);
        return this;
    }

    /// <summary>A string, code, id or address; blank ones are left out.</summary>
    public FhirWriter Text(string name, string? value)
    {
        if (!string.IsNullOrWhiteSpace(value))
            Begin().WriteString(name, value);
        return this;
    }

    /// <summary>True or false.</summary>
    public FhirWriter Boolean(string name, bool? value)
    {
        if (value is { } known)
            Begin().WriteBoolean(name, known);
        return this;
    }

    /// <summary>A number, with the digits it has.</summary>
    public FhirWriter Number(string name, decimal? value)
    {
        if (value is { } known)
            Begin().WriteNumber(name, known);
        return this;
    }

    /// <summary>A date: YYYY-MM-DD.</summary>
    public FhirWriter Date(string name, DateOnly? value) => Text(name, value?.ToString("O", CultureInfo.InvariantCulture));

    /// <summary>An instant or dateTime with its own offset, to the millisecond.</summary>
    public FhirWriter Instant(string name, DateTimeOffset? value) => Text(name, value is { } time ? InstantText(time) : null);

    /// <summary>A value of another document, byte for byte; a missing one is left out.</summary>
    public FhirWriter Raw(string name, FhirNode value)
    {
        if (value.Exists)
        {
            Begin().WritePropertyName(name);
            json.WriteRawValue(value.Raw, skipInputValidation: true);
        }

        return this;
    }

    /// <summary>UTF-8 JSON that is known to be sound, byte for byte.</summary>
    public FhirWriter Raw(string name, ReadOnlySpan<byte> sound)
    {
        Begin().WritePropertyName(name);
        json.WriteRawValue(sound, skipInputValidation: true);
        return this;
    }

    /// <summary>How an instant is written: with offset, <c>Z</c> for UTC.</summary>
    public static string InstantText(DateTimeOffset time) => time.Offset == TimeSpan.Zero
        ? time.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)
        : time.ToString("yyyy-MM-dd'T'HH:mm:ss.fffzzz", CultureInfo.InvariantCulture);

    private FhirWriter Within(string? name, bool isArray, Action<FhirWriter> content)
    {
        waiting.Add((name, isArray));
        var depth = waiting.Count;
        content(this);
        if (waiting.Count >= depth)
            waiting.RemoveAt(depth - 1);
        else if (isArray)
            json.WriteEndArray();
        else
            json.WriteEndObject();
        return this;
    }

    /// <summary>Opens what waits for its first content.</summary>
    private Utf8JsonWriter Begin()
    {
        foreach (var (name, isArray) in waiting)
        {
            if (name is not null)
                json.WritePropertyName(name);
            if (isArray)
                json.WriteStartArray();
            else
                json.WriteStartObject();
        }

        waiting.Clear();
        return json;
    }
}

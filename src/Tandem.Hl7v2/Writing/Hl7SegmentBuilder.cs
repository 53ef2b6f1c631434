using Tandem.Hl7v2.Text;

namespace Tandem.Hl7v2.Writing;

/// <summary>One segment of a message that is being written. Fields are kept as they are written, so what is not set stays as it was.</summary>
public sealed class Hl7SegmentBuilder
{
    private readonly Hl7Builder owner;
    private readonly List<string> fields;

    internal Hl7SegmentBuilder(Hl7Builder owner, string name, List<string> fields)
    {
        (this.owner, Name, this.fields) = (owner, name, fields);
    }

    /// <summary>Three characters, such as <c>PID</c>.</summary>
    public string Name { get; }

    private bool IsHeader => Name is "MSH" or "FHS" or "BHS";

    /// <summary>A field as it is written, escapes and delimiters included; empty when it is not there.</summary>
    public string this[int field] => field - Shift is >= 0 and var at && at < fields.Count ? fields[at] : "";

    /// <summary>Field numbers of a header count one higher than their place, because the separator itself is field 1.</summary>
    private int Shift => IsHeader ? 2 : 1;

    /// <summary>Sets a part to a text, which is escaped; null or empty takes it away; <c>""</c> in quotes is the explicit null.</summary>
    /// <param name="field">1-based; MSH-1 and MSH-2 cannot be set, the message's delimiters are given to the builder.</param>
    /// <param name="text">The text.</param>
    /// <param name="repetition">1-based; earlier ones that are missing are left empty.</param>
    /// <param name="component">1-based; 0 replaces the whole repetition.</param>
    /// <param name="subComponent">1-based; 0 replaces the whole component.</param>
    /// <returns>This.</returns>
    public Hl7SegmentBuilder Set(int field, string? text, int repetition = 1, int component = 0, int subComponent = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(field, IsHeader ? 3 : 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(repetition, 1);
        var separators = owner.Separators;
        var escaped = Hl7Escapes.Escape(text ?? "", separators);
        return SetRaw(field, Replace(this[field], separators.Repetition, repetition, whole =>
            component == 0 ? escaped : Replace(whole, separators.Component, component, part =>
                subComponent == 0 ? escaped : Replace(part, separators.SubComponent, subComponent, _ => escaped))));
    }

    /// <summary>Sets the components of one repetition, each escaped; empty ones at the end are left out.</summary>
    /// <returns>This.</returns>
    public Hl7SegmentBuilder SetComponents(int field, IReadOnlyList<string?> components, int repetition = 1)
    {
        var separators = owner.Separators;
        var raw = Join(separators.Component, [.. components.Select(part => Hl7Escapes.Escape(part ?? "", separators))]);
        return SetRaw(field, Replace(this[field], separators.Repetition, repetition, _ => raw));
    }

    /// <summary>Sets a field to text that is already escaped and delimited.</summary>
    /// <returns>This.</returns>
    public Hl7SegmentBuilder SetRaw(int field, string raw)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(field, IsHeader ? 3 : 1);
        if (raw.AsSpan().ContainsAny('\r', '\n') || raw.Contains((char)owner.Separators.Field, StringComparison.Ordinal))
            throw new ArgumentException("A field cannot hold a line end or the field separator; escape them.", nameof(raw));
        var at = field - Shift;
        if (raw.Length == 0 && at >= fields.Count)
            return this;
        while (fields.Count <= at)
            fields.Add("");
        if (fields[at] != raw)
        {
            fields[at] = raw;
            owner.Changed();
        }

        return this;
    }

    internal void Write(System.Text.StringBuilder text)
    {
        text.Append(Name);
        if (IsHeader)
            text.Append((char)owner.Separators.Field).Append(owner.Separators.EncodingCharacters);
        foreach (var field in IsHeader ? fields.Skip(1) : fields)
            text.Append((char)owner.Separators.Field).Append(field);
    }

    private static string Replace(string whole, byte separator, int number, Func<string, string> change)
    {
        if (separator == 0)
            return number == 1 ? change(whole) : throw new InvalidOperationException("The message has no delimiter for this depth.");
        var parts = whole.Split((char)separator).ToList();
        while (parts.Count < number)
            parts.Add("");
        parts[number - 1] = change(parts[number - 1]);
        return Join(separator, parts);
    }

    private static string Join(byte separator, List<string> parts)
    {
        while (parts.Count > 1 && parts[^1].Length == 0)
            parts.RemoveAt(parts.Count - 1);
        return string.Join((char)separator, parts);
    }
}

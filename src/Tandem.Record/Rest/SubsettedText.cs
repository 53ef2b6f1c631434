using Tandem.Fhir.Json;

namespace Tandem.Record.Rest;

/// <summary>The text of a resource that is written in part: members one after the other, and a <c>meta</c> tagged SUBSETTED (R4 3.1.1.5.9).</summary>
internal sealed class SubsettedText : IDisposable
{
    private const string Tag = """{"system":"http://terminology.hl7.org/CodeSystem/v3-ObservationValue","code":"SUBSETTED"}""";
    private static readonly byte[] TagBytes = System.Text.Encoding.UTF8.GetBytes(Tag);
    private readonly MemoryStream text = new();

    internal long Length => text.Length;

    internal void Write(ReadOnlySpan<byte> bytes) => text.Write(bytes);

    /// <summary>Takes back what was written after a length.</summary>
    internal void SetLength(long length) => text.SetLength(length);

    internal byte[] ToArray() => text.ToArray();

    public void Dispose() => text.Dispose();

    /// <summary>The name of the next member, after a comma where it is not the first.</summary>
    internal void Name(ReadOnlySpan<byte> name)
    {
        if (text.GetBuffer()[text.Length - 1] != (byte)'{')
            text.Write(","u8);
        text.Write("\""u8);
        text.Write(name);
        text.Write("\":"u8);
    }

    /// <summary>Begins the next item of an array, after a comma where it is not the first.</summary>
    internal void Item()
    {
        if (text.GetBuffer()[text.Length - 1] != (byte)'[')
            text.Write(","u8);
    }

    /// <summary>An array of values as they are.</summary>
    internal void Array(IEnumerable<FhirNode> items)
    {
        text.Write("["u8);
        foreach (var item in items)
        {
            Item();
            text.Write(item.Raw);
        }

        text.Write("]"u8);
    }

    /// <summary>A <c>meta</c> with the tag, once.</summary>
    internal void Meta(FhirNode meta)
    {
        text.Write("{"u8);
        var hasTag = false;
        foreach (var member in meta.Properties)
        {
            Name(member.NameUtf8);
            if (!member.NameUtf8.SequenceEqual("tag"u8) || member.Kind != JsonKind.Array)
            {
                text.Write(member.Raw);
                continue;
            }

            hasTag = true;
            if (member.Items.AsEnumerable().Any(IsTag))
            {
                text.Write(member.Raw);
                continue;
            }

            text.Write(member.Raw[..^1]);
            if (member.Items.Count > 0)
                text.Write(","u8);
            text.Write(TagBytes);
            text.Write("]"u8);
        }

        if (!hasTag)
        {
            Name("tag"u8);
            text.Write("["u8);
            text.Write(TagBytes);
            text.Write("]"u8);
        }

        text.Write("}"u8);
    }

    /// <summary>True for the tag that says that something was left out.</summary>
    internal static bool IsTag(FhirNode tag) => tag["code"u8].Is("SUBSETTED"u8);
}

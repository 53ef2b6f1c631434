using System.Buffers;
using Tandem.Fhir.Json;

namespace Tandem.Record.Rest;

/// <summary>Writes an object anew with other members; every value that stays keeps its bytes.</summary>
internal static class JsonMembers
{
    /// <summary>The object with this member, in its place or behind the others.</summary>
    internal static byte[] With(FhirNode node, string name, ReadOnlySpan<byte> value)
    {
        var into = new ArrayBufferWriter<byte>(node.Raw.Length + value.Length + name.Length + 8);
        into.Write("{"u8);
        var (isFirst, isThere) = (true, false);
        foreach (var member in node.Properties)
        {
            var isIt = member.Name == name;
            isThere |= isIt;
            Member(into, member.NameUtf8, isIt ? value : member.Raw, ref isFirst);
        }

        if (!isThere)
            Member(into, System.Text.Encoding.UTF8.GetBytes(name), value, ref isFirst);
        into.Write("}"u8);
        return into.WrittenSpan.ToArray();
    }

    /// <summary>Writes a member with the comma before it; the name is written as it is.</summary>
    internal static void Member(ArrayBufferWriter<byte> into, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, ref bool isFirst)
    {
        into.Write(isFirst ? "\""u8 : ",\""u8);
        isFirst = false;
        into.Write(name);
        into.Write("\":"u8);
        into.Write(value);
    }
}

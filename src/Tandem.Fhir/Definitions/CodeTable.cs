using System.Text;

namespace Tandem.Fhir.Definitions;

/// <summary>The codes a required binding allows. Immutable and thread-safe.</summary>
public sealed class CodeTable
{
    private readonly byte[][] codes;
    private readonly string[] systems;
    private readonly byte[][] systemNames;
    private readonly int[] systemOf;
    private readonly Utf8Names names;

    internal CodeTable(string valueSet, List<(string System, string[] Codes)> groups)
    {
        ValueSet = valueSet;
        systems = groups.ConvertAll(group => group.System).ToArray();
        systemNames = Array.ConvertAll(systems, Encoding.UTF8.GetBytes);
        codes = groups.SelectMany(group => group.Codes).Select(Encoding.UTF8.GetBytes).ToArray();
        systemOf = groups.SelectMany((group, number) => Enumerable.Repeat(number, group.Codes.Length)).ToArray();
        names = new(codes);
    }

    /// <summary>The value set's address.</summary>
    public string ValueSet { get; }

    /// <summary>All systems and codes, for a person or a list to choose from.</summary>
    public IEnumerable<(string System, string Code)> Codes =>
        codes.Select((code, number) => (systems[systemOf[number]], Encoding.UTF8.GetString(code)));

    /// <summary>True when the code is among them, in any system. No allocation.</summary>
    public bool Contains(ReadOnlySpan<byte> code) => names.Find(code) >= 0;

    /// <summary>The system a code belongs to (the first, where several have it); empty when it is not among them. No allocation.</summary>
    public ReadOnlySpan<byte> SystemOf(ReadOnlySpan<byte> code)
    {
        var number = names.Find(code);
        return number < 0 ? default : systemNames[systemOf[number]];
    }

    /// <summary>True when the code of this system is among them.</summary>
    public bool Contains(ReadOnlySpan<byte> system, ReadOnlySpan<byte> code)
    {
        for (var number = 0; number < codes.Length; number++)
        {
            if (codes[number].AsSpan().SequenceEqual(code) && systemNames[systemOf[number]].AsSpan().SequenceEqual(system))
                return true;
        }

        return false;
    }
}

using Tandem.Fhir.Terminology;

namespace Tandem.Record.Terminology;

/// <summary>A code of an answer to <c>$expand</c> with those that lie below it.</summary>
internal sealed class ExpandedCode(ValueSetCode code)
{
    /// <summary>Most codes below each other: readers of JSON take no more than so many objects within each other.</summary>
    internal const int Deepest = 24;

    internal ValueSetCode Code => code;

    internal List<ExpandedCode> Below { get; } = [];

    /// <summary>The code system of a code of an expansion, in its version; null when it is not here.</summary>
    internal static CodeSystem? SystemOf(ValueSetCode code, TerminologyService terminology) =>
        terminology.FindCodeSystem(TerminologyReply.Versioned(code.System, code.Version));

    /// <summary>Each code below the nearest that includes it, of several below the first; null when they lie too deep.</summary>
    internal static List<ExpandedCode>? Nest(IEnumerable<ValueSetCode> codes, TerminologyService terminology)
    {
        var nodes = codes.Select(one => new ExpandedCode(one)).ToList();
        var byCode = nodes.ToDictionary(node => (node.Code.System, node.Code.Version, node.Code.Code));
        var above = nodes.ToDictionary(node => node, node => Nearest(node, byCode, terminology));
        var roots = new List<ExpandedCode>();
        foreach (var node in nodes)
        {
            if (Depth(node, above) is not { } depth)
                above[node] = null; // codes that are each below the other: the first of them is on top
            else if (depth > Deepest)
                return null;
            (above[node]?.Below ?? roots).Add(node);
        }

        return roots;
    }

    private static ExpandedCode? Nearest(ExpandedCode node, Dictionary<(string, string?, string), ExpandedCode> byCode, TerminologyService terminology)
    {
        var own = node.Code;
        if (SystemOf(own, terminology) is not { } system)
            return null;
        var seen = new HashSet<string>(StringComparer.Ordinal) { own.Code };
        var open = new Queue<string>(system.ParentsOf(own.Code));
        while (open.TryDequeue(out var parent))
        {
            if (!seen.Add(parent))
                continue;
            if (byCode.TryGetValue((own.System, own.Version, parent), out var found))
                return found;
            foreach (var further in system.ParentsOf(parent))
                open.Enqueue(further);
        }

        return null;
    }

    /// <summary>How many lie above; null when the code is among them itself.</summary>
    private static int? Depth(ExpandedCode node, Dictionary<ExpandedCode, ExpandedCode?> above)
    {
        var depth = 0;
        for (var next = above[node]; next is not null && depth <= Deepest; next = above[next])
        {
            if (next == node)
                return null;
            depth++;
        }

        return depth;
    }
}

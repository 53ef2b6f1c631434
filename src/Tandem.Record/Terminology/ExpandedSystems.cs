using Tandem.Fhir.Terminology;

namespace Tandem.Record.Terminology;

/// <summary>The code systems of the codes of one expansion, in their versions, each looked up once. Not thread-safe.</summary>
internal sealed class ExpandedSystems(TerminologyService terminology)
{
    private readonly Dictionary<(string System, string? Version), CodeSystem?> known = [];

    /// <summary>The code system of a code; null when it is not here.</summary>
    internal CodeSystem? Of(ValueSetCode code)
    {
        if (!known.TryGetValue((code.System, code.Version), out var system))
            known[(code.System, code.Version)] = system = terminology.FindCodeSystem(TerminologyReply.Versioned(code.System, code.Version));
        return system;
    }
}

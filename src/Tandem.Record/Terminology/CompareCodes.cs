using Tandem.Kernel.Outcomes;
using Tandem.Record.Operations;
using Tandem.Record.Rest;

namespace Tandem.Record.Terminology;

/// <summary><c>CodeSystem/$subsumes</c> (R4 4.8.16.3): which of two codes of one system is the wider.</summary>
internal static class CompareCodes
{
    internal static readonly Operation Operation = new()
    {
        Code = "subsumes",
        Levels = OperationLevels.Type | OperationLevels.Instance,
        Types = ["CodeSystem"],
        Summary = "Which of two codes includes the other.",
        Follows = "http://hl7.org/fhir/OperationDefinition/CodeSystem-subsumes",
        Parameters =
        [
            new("codeA", "code", "The first code."),
            new("codeB", "code", "The second code."),
            new("system", "uri", "Their system."),
            new("version", "string", "The version of the system."),
            new("codingA", "Coding", "The first as a coding."),
            new("codingB", "Coding", "The second as a coding."),
            new("outcome", "code", "equivalent, subsumes (the first is the wider), subsumed-by, not-subsumed.", 1, IsOut: true),
        ],
        Run = call => Task.FromResult(Run(call)),
    };

    private static FhirReply Run(OperationRequest call)
    {
        var (first, second) = (call["codingA"].Value, call["codingB"].Value);
        var (a, b) = (call.Text("codeA") ?? first["code"u8].Text, call.Text("codeB") ?? second["code"u8].Text);
        if (a is null || b is null)
            return Refusal.Invalid("", new RefusalDetail("required", "Name two codes: codeA and codeB, or codingA and codingB."));
        if ((call.Text("codeA") is not null && first.Exists) || (call.Text("codeB") is not null && second.Exists))
            return Refusal.Invalid("", new RefusalDetail("invalid", "Name each code in one way: codeA or codingA, codeB or codingB."));
        var (systemOfA, systemOfB) = (first["system"u8].Text ?? call.Text("system"), second["system"u8].Text ?? call.Text("system"));
        var versions = new[] { call.Text("version"), first["version"u8].Text, second["version"u8].Text }.OfType<string>().Distinct().ToList();
        var isOpen = call.Id.Length > 0 && (systemOfA is null || systemOfB is null); // then the system is that on the path
        if ((systemOfA != systemOfB && !isOpen) || versions.Count > 1)
            return Refusal.Invalid("", new RefusalDetail("invalid", "The codes are of different systems or versions; only codes of one can be compared."));
        if (!(systemOfA is null || call.Id.Length > 0 ? ValidateCode.System(call, "system") : TerminologyReply.CodeSystem(call, systemOfA, versions.FirstOrDefault())).Succeeded(out var system, out var refusal))
            return refusal;
        if ((TerminologyReply.Contradicts(first, system) ?? TerminologyReply.Contradicts(second, system)) is { } contradiction)
            return contradiction;
        if (system.Find(a) is not { } one || system.Find(b) is not { } other)
            return TerminologyReply.Refuse(new("not-found", "The code system does not have both codes."));
        var outcome = one == other ? "equivalent" : system.IsA(b, a) ? "subsumes" : system.IsA(a, b) ? "subsumed-by" : "not-subsumed";
        return TerminologyReply.Parameters(parameters => parameters.Text("outcome", "valueCode", outcome));
    }
}

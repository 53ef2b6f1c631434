using Tandem.Fhir.Json;
using Tandem.Fhir.Terminology;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Operations;

namespace Tandem.Record.Terminology;

/// <summary>What the codes of an expansion are called: in the language asked for, and by all their names where those are wanted. Names of the value set go before those of code systems.</summary>
internal sealed class ExpandedNames(TerminologyService terminology, string? setLanguage, string? language, bool withDesignations, IReadOnlyList<string> wanted)
{
    private const string Languages = "urn:ietf:bcp:47";

    /// <summary>The names that a call asks for.</summary>
    internal static Outcome<ExpandedNames> For(OperationRequest call, ValueSetExpansion expansion)
    {
        if (!TerminologyReply.Language(call).Succeeded(out var language, out var refusal))
            return refusal;
        var wanted = call.Texts("designation");
        if (wanted.Count > 0 && call.Text("includeDesignations") == "false")
            return Refusal.Invalid("", new RefusalDetail("invalid", "designation says which names to give, includeDesignations=false to give none."));
        return new ExpandedNames(
            call.Fhir.Service.Definitions.Current.Terminology, expansion.Resource["language"u8].Text, language, wanted.Count > 0 || call.Text("includeDesignations") == "true", wanted);
    }

    /// <summary>The name to show.</summary>
    internal string? Shown(ValueSetCode code) => language is null ? code.Display : ConceptName.In(Of(code), language) ?? code.Display;

    /// <summary>The other names that are wanted.</summary>
    internal IEnumerable<ConceptName> Others(ValueSetCode code)
    {
        if (!withDesignations)
            return [];
        var shown = Shown(code);
        return Of(code).Where(name => !IsShown(name, shown) && (wanted.Count == 0 || wanted.Any(token => Fits(name, token))))
            .DistinctBy(name => (name.Text, name.Language, name.Use["code"u8].Text));
    }

    private bool IsShown(ConceptName name, string? shown) => name.Text == shown && (name.Language is null || name.IsIn(language ?? setLanguage ?? "en"));

    private List<ConceptName> Of(ValueSetCode code)
    {
        var names = ConceptName.Of(code.Listed, setLanguage).ToList();
        if (ExpandedCode.SystemOf(code, terminology) is { } system && system.Find(code.Code) is { } concept)
            names.AddRange(system.NamesOf(concept));
        return names;
    }

    private static bool Fits(ConceptName name, string token)
    {
        var bar = token.IndexOf('|', StringComparison.Ordinal);
        var (system, code) = bar < 0 ? (null, token) : (token[..bar], token[(bar + 1)..]);
        return (system is null or Languages && ConceptName.In([name], code) is not null)
            || (system != Languages && name.Use["code"u8].Text == code && (system is null || (name.Use["system"u8].Text ?? "") == system));
    }
}

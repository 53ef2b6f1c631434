using Tandem.Fhir.FhirPath;
using Tandem.Fhir.Json;
using Tandem.Fhir.Terminology;

namespace Tandem.Record.Questionnaires;

/// <summary>
/// The answers that a choice offers: its options, or the codes of its value set, which may be contained in the questionnaire. What an expression gave is one of
/// them when it names exactly one (SDC 3.0, 6.3: "if the value can be uniquely resolved within its answer space").
/// </summary>
internal sealed class AnswerChoice(FhirNode questionnaire, TerminologyService terminology)
{
    /// <summary>The value sets that items have named so far.</summary>
    private readonly Dictionary<string, Choices> sets = new(StringComparer.Ordinal);

    /// <summary>A coding that is offered, a concept by that of its codings, a code or text by the one option it names; null when it names none or several.</summary>
    internal Action<FhirWriter>? Of(FhirNode item, FhirValue value, string? text)
    {
        List<FhirNode> codings = value.Node["coding"u8].Exists ? [.. value.Node["coding"u8].Items.AsEnumerable()] : value.Node.IsObject ? [value.Node] : [];
        var offered = item["answerOption"u8].Exists ? Option(item, codings, text) : item["answerValueSet"u8].Text is { } valueSet ? Code(valueSet, codings, text) : Any(codings);
        return offered ?? (text is not null && item["type"u8].Is("open-choice"u8) ? answer => answer.Text("valueString", text) : null);
    }

    private static Action<FhirWriter>? Option(FhirNode item, List<FhirNode> codings, string? text)
    {
        var options = item["answerOption"u8].Items.AsEnumerable().ToList();
        var named = options.FindAll(option => option["valueCoding"u8] is { Exists: true } coding && (codings.Exists(one => Same(one, coding)) || (text is not null && coding["code"u8].Text == text)));
        if (named.Count == 0 && text is not null)
            named = options.FindAll(option => option["valueCoding"u8]["display"u8].Text == text || option.Value() is { IsObject: false } plain && plain.Text == text);
        return named is [var only] ? answer => answer.Raw(only.Value().Name, only.Value()) : null;
    }

    /// <summary>A coding that the value set has, or may have where its codes cannot be told; a code or display as the coding with its system.</summary>
    private Action<FhirWriter>? Code(string valueSet, List<FhirNode> codings, string? text)
    {
        if (!sets.TryGetValue(valueSet, out var choices))
            sets[valueSet] = choices = new Choices(terminology, valueSet, valueSet.StartsWith('#') ? Contained(valueSet[1..]) : default);
        if (codings.Count > 0)
            return Any(codings.FindAll(choices.MayHave));
        return text is not null && choices.Named(text) is { } only
            ? answer => answer.Object("valueCoding", coding => coding.Text("system", only.System).Text("version", only.Version).Text("code", only.Code).Text("display", only.Display))
            : null;
    }

    private FhirNode Contained(string id) => questionnaire["contained"u8].Items.AsEnumerable().FirstOrDefault(one => one["id"u8].Text == id);

    private static Action<FhirWriter>? Any(List<FhirNode> codings) =>
        codings.Find(coding => coding["code"u8].Exists) is { Exists: true } coding ? answer => answer.Raw("valueCoding", coding) : null;

    private static bool Same(FhirNode a, FhirNode b) => a["code"u8].Text == b["code"u8].Text && (a["system"u8].Text ?? "") == (b["system"u8].Text ?? "");

    /// <summary>A value set, of which the codes are read once for all items that name it.</summary>
    private sealed class Choices(TerminologyService terminology, string canonical, FhirNode contained)
    {
        private readonly Lazy<ValueSetExpansion?> expansion = new(() => contained.Exists ? terminology.Expand(contained, out _) : terminology.Expand(canonical, out _));
        private ILookup<string, ValueSetCode>? byCode;
        private ILookup<string, ValueSetCode>? byDisplay;

        /// <summary>False for a coding that the value set does not have.</summary>
        internal bool MayHave(FhirNode coding)
        {
            var (system, code) = (coding["system"u8].Text, coding["code"u8].Text ?? "");
            if (!contained.Exists)
                return terminology.Contains(canonical, system, code) != false;
            if (system is not null && expansion.Value is { } whole)
                return whole.Contains(system, code);
            return terminology.Contains(contained, system, code) != false;
        }

        /// <summary>The one that may be chosen and has this code, else this display; null when none has it or several do.</summary>
        internal ValueSetCode? Named(string text)
        {
            byCode ??= Offered().ToLookup(code => code.Code, StringComparer.Ordinal);
            byDisplay ??= Offered().Where(code => code.Display is not null).ToLookup(code => code.Display!, StringComparer.Ordinal);
            var named = byCode.Contains(text) ? byCode[text] : byDisplay[text];
            return named.Take(2).ToList() is [var only] ? only : null;
        }

        private IEnumerable<ValueSetCode> Offered() => expansion.Value?.Codes.Where(code => !code.IsAbstract) ?? [];
    }
}

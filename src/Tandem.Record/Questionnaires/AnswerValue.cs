using Tandem.Fhir.FhirPath;
using Tandem.Fhir.Json;

namespace Tandem.Record.Questionnaires;

/// <summary>Turns what an expression gave into the answer that an item of a Questionnaire takes.</summary>
internal static class AnswerValue
{
    /// <summary>Writes <c>value[x]</c> for the item's type; null when the value does not fit it.</summary>
    internal static Action<FhirWriter>? Of(FhirNode item, FhirValue value)
    {
        var plain = value.ToSystem();
        var text = plain.Kind is FhirValueKind.Node or FhirValueKind.Boolean or FhirValueKind.Quantity ? null : plain.Text;
        switch (item["type"u8].Text)
        {
            case "boolean" when plain.Boolean is { } flag:
                return answer => answer.Boolean("valueBoolean", flag);
            case "decimal" when plain.Number is { } number:
                return answer => answer.Number("valueDecimal", number);
            case "integer" when plain.Number is { } whole && whole == decimal.Truncate(whole):
                return answer => answer.Number("valueInteger", whole);
            case "date" when plain.Date is { Kind: not FhirValueKind.Time } date:
                return answer => answer.Text("valueDate", date.ToString()[..Math.Min(10, date.ToString().Length)]);
            case "dateTime" when plain.Date is { Kind: not FhirValueKind.Time } date:
                return answer => answer.Text("valueDateTime", date.ToString());
            case "time" when plain.Date is { Kind: FhirValueKind.Time } time:
                return answer => answer.Text("valueTime", time.ToString());
            case "string" or "text" when text is not null:
                return answer => answer.Text("valueString", text);
            case "url" when text is not null:
                return answer => answer.Text("valueUri", text);
            case "quantity" when value.Node.IsObject:
                return answer => answer.Raw("valueQuantity", value.Node);
            case "quantity" when plain.Number is { } amount:
                return answer => answer.Object("valueQuantity", quantity => quantity.Number("value", amount));
            case "reference" when value.Type is { IsResource: true } type:
                return answer => answer.Reference("valueReference", type.Name, value.Node["id"u8].Text);
            case "reference" when value.Node["reference"u8].Exists:
                return answer => answer.Raw("valueReference", value.Node);
            case "choice" or "open-choice":
                return Choice(item, value, text);
            default:
                return null;
        }
    }

    /// <summary>A coding as it is, a concept by the coding that the item offers, a code or text by the option it names.</summary>
    private static Action<FhirWriter>? Choice(FhirNode item, FhirValue value, string? text)
    {
        var codings = value.Node["coding"u8].Exists ? value.Node["coding"u8].Items.AsEnumerable().ToList() : value.Node.IsObject ? [value.Node] : [];
        foreach (var option in item["answerOption"u8].Items)
        {
            var coding = option["valueCoding"u8];
            if (coding.Exists && (codings.Exists(one => Same(one, coding)) || (text is not null && (coding["code"u8].Text == text || coding["display"u8].Text == text))))
                return answer => answer.Raw("valueCoding", coding);
            if (text is not null && option["valueString"u8].Text == text)
                return answer => answer.Text("valueString", text);
        }

        if (codings.Count > 0 && codings[0]["code"u8].Exists && !item["answerOption"u8].Exists)
            return answer => answer.Raw("valueCoding", codings[0]);
        return text is not null && item["type"u8].Is("open-choice"u8) ? answer => answer.Text("valueString", text) : null;
    }

    private static bool Same(FhirNode a, FhirNode b) => a["code"u8].Text == b["code"u8].Text && (a["system"u8].Text ?? "") == (b["system"u8].Text ?? "");
}

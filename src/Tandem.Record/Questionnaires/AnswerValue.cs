using System.Text;
using Tandem.Fhir.Definitions;
using Tandem.Fhir.FhirPath;
using Tandem.Fhir.Json;
using Tandem.Fhir.Search;
using Tandem.Fhir.Structure;

namespace Tandem.Record.Questionnaires;

/// <summary>Turns what an expression gave into the answer that an item of a Questionnaire takes.</summary>
internal sealed class AnswerValue(AnswerChoice choice)
{
    /// <summary>Writes <c>value[x]</c> for the item's type; null when the value does not fit it.</summary>
    internal Action<FhirWriter>? Of(FhirNode item, FhirValue value)
    {
        var plain = value.ToSystem();
        var text = plain.Kind is FhirValueKind.Node or FhirValueKind.Boolean or FhirValueKind.Quantity ? null : plain.Text;
        switch (item["type"u8].Text)
        {
            case "boolean" when plain.Boolean is { } flag:
                return answer => answer.Boolean("valueBoolean", flag);
            case "decimal" when Number(item, value, plain) is { } number:
                return answer => answer.Number("valueDecimal", number);
            case "integer" when Number(item, value, plain) is { } whole && whole == decimal.Truncate(whole) && Math.Abs(whole) <= int.MaxValue:
                return answer => answer.Number("valueInteger", decimal.Truncate(whole));
            case "date" when plain.Date is { Kind: not FhirValueKind.Time } date:
                return Sound("valueDate", date.ToString()[..Math.Min(10, date.ToString().Length)], PrimitiveKind.Date);
            case "dateTime" when plain.Date is { Kind: not FhirValueKind.Time } date:
                return Sound("valueDateTime", date.ToString(), PrimitiveKind.DateTime);
            case "time" when plain.Date is { Kind: FhirValueKind.Time } time:
                return Sound("valueTime", time.ToString(), PrimitiveKind.Time);
            case "string" or "text" when text is not null:
                return Sound("valueString", text, PrimitiveKind.String);
            case "url" when text is not null:
                return Sound("valueUri", text, PrimitiveKind.Uri);
            case "quantity" when value.Node["value"u8].Number is not null:
                return answer => answer.Raw("valueQuantity", value.Node);
            case "quantity" when plain.Quantity is { } quantity:
                return answer => answer.Quantity("valueQuantity", quantity.Value, quantity.Code, quantity.Code);
            case "quantity" when plain.Number is { } amount:
                return answer => answer.Quantity("valueQuantity", amount, item.Unit()["display"u8].Text ?? item.Unit()["code"u8].Text, item.Unit()["code"u8].Text, item.Unit()["system"u8].Text);
            case "reference" when value.Type is { IsResource: true } type && value.Node["id"u8].Exists:
                return answer => answer.Reference("valueReference", type.Name, value.Node["id"u8].Text);
            case "reference" when value.Node["reference"u8].Exists:
                return answer => answer.Raw("valueReference", value.Node);
            case "choice" or "open-choice":
                return choice.Of(item, value, text);
            default:
                return null;
        }
    }

    /// <summary>A text that is one of its type in FHIR, which has no times without seconds and none of day without an offset.</summary>
    private static Action<FhirWriter>? Sound(string name, string text, PrimitiveKind kind) =>
        PrimitiveText.IsValid(Encoding.UTF8.GetBytes(text), kind) ? answer => answer.Text(name, text) : null;

    /// <summary>
    /// The number of an item that names its unit, of a quantity in that unit or one that can be converted, both of UCUM (SDC 3.0, 6.3); of a plain number the number.
    /// None of a quantity with a comparator, whose number is only a limit, and of one whose unit is no code of a system.
    /// </summary>
    private static decimal? Number(FhirNode item, FhirValue value, FhirValue plain)
    {
        if (plain.Number is { } number)
            return number;
        if (plain.Quantity is not { } quantity)
            return null;
        var (system, from) = value.Node.IsObject ? (value.Node["system"u8].Text, value.Node["code"u8].Text) : (Ucum.System, quantity.Code);
        if (system is null || from is null || item.Unit()["code"u8].Text is not { } to || item.Unit()["system"u8].Text != system)
            return null;
        if (from == to)
            return quantity.Value;
        return system == Ucum.System && Ucum.Convert((double)quantity.Value, from, to) is { } converted && Math.Abs(converted) < 1e20 ? (decimal)converted : null;
    }
}

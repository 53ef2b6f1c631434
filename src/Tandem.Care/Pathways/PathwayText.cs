using System.Text;
using Tandem.Care.Loops;
using Tandem.Fhir.FhirPath;
using Tandem.Kernel.Pages;
using NodaTime;

namespace Tandem.Care.Pathways;

/// <summary>A sentence with places to fill: <c>Discharged {{%anchor}} from {{%encounter.serviceProvider.display}}</c>.</summary>
internal sealed class PathwayText
{
    private readonly IReadOnlyList<(string Literal, FhirPathExpression? Expression)> en;
    private readonly IReadOnlyList<(string Literal, FhirPathExpression? Expression)> es;

    private PathwayText(
        IReadOnlyList<(string, FhirPathExpression?)> en, IReadOnlyList<(string, FhirPathExpression?)> es) => (this.en, this.es) = (en, es);

    /// <summary>Compiles both languages.</summary>
    /// <returns>The text, or null with what is wrong.</returns>
    internal static PathwayText? Compile(LocalizedText words, out FhirPathFault? fault)
    {
        var en = Parts(words.En, out fault);
        var es = fault is null ? Parts(words.Es, out fault) : null;
        return fault is null ? new(en!, es!) : null;
    }

    /// <summary>Fills the places; what has no value is left empty.</summary>
    /// <exception cref="FhirPathException">An expression has no answer for the data.</exception>
    internal LocalizedText Fill(FhirPathContext context, DateTimeZone zone) => new(Fill(en, context, zone, Languages.English), Fill(es, context, zone, Languages.Spanish));

    private static string Fill(IReadOnlyList<(string Literal, FhirPathExpression? Expression)> parts, FhirPathContext context, DateTimeZone zone, string language)
    {
        if (parts is [(var only, null)])
            return only;
        var text = new StringBuilder();
        foreach (var (literal, expression) in parts)
        {
            text.Append(literal);
            if (expression is not null)
                text.AppendJoin(", ", expression.Evaluate(context).Select(value => Shown(value, zone, language)).OfType<string>());
        }

        return text.Replace(" ()", "").ToString(); // what stands in brackets may be unknown
    }

    /// <summary>Moments are shown by the clock of the patient's zone.</summary>
    private static string? Shown(FhirValue value, DateTimeZone zone, string language)
    {
        if (value.Date is not { Kind: FhirValueKind.DateTime, Offset: { } offset } moment)
            return value.Text;
        return Instant.FromDateTimeOffset(moment.ToInstant(offset)).InZone(zone).ToString("d MMM uuuu HH':'mm", Languages.Culture(language));
    }

    private static List<(string, FhirPathExpression?)>? Parts(string text, out FhirPathFault? fault)
    {
        fault = null;
        var parts = new List<(string, FhirPathExpression?)>();
        var at = 0;
        while (text.IndexOf("{{", at, StringComparison.Ordinal) is var open and >= 0)
        {
            var close = text.IndexOf("}}", open, StringComparison.Ordinal);
            if (close < 0)
            {
                fault = new("A place to fill is opened with {{ but not closed with }}.", open, 1, open + 1);
                return null;
            }

            if (FhirPathExpression.Compile(text[(open + 2)..close], out fault) is not { } expression)
                return null;
            parts.Add((text[at..open], expression));
            at = close + 2;
        }

        parts.Add((text[at..], null));
        return parts;
    }
}

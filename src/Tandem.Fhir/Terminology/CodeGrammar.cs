using System.Text.RegularExpressions;
using Tandem.Fhir.FhirPath.Model;
using Tandem.Fhir.Search;

namespace Tandem.Fhir.Terminology;

/// <summary>
/// Codes of systems that are defined by a grammar rather than a list, where the system is not here: units of UCUM, and language tags (BCP 47) as far as their form tells.
/// What the form does not decide stays open.
/// </summary>
internal static partial class CodeGrammar
{
    private const string Languages = "urn:ietf:bcp:47";

    /// <summary>Whether a part of a value set that takes codes of such a system takes this one; null where that cannot be told.</summary>
    internal static bool? Takes(ValueSetPart part, string code) => part.System switch
    {
        Languages => LanguageTag().IsMatch(code) ? null : false, // which of the well-formed tags are registered is not here
        Ucum.System when UcumUnit.Parse(code) is { } unit => Takes(part, unit),
        _ => null, // what is no unit that is known here may be one yet
    };

    /// <summary>The one property that R4 filters units by is what they measure: <c>canonical = m</c> takes all lengths.</summary>
    private static bool? Takes(ValueSetPart part, UcumUnit unit)
    {
        bool? takes = true;
        foreach (var filter in part.Filters)
        {
            if (filter is not { Property: "canonical", Operator: "=" } || UcumUnit.Parse(filter.Operand) is not { } measure)
                takes = takes == false ? false : null;
            else if (!unit.Measures(measure))
                takes = false;
        }

        return takes;
    }

    /// <summary>RFC 5646, 2.1: the tags in use, those of private use and the irregular ones. A language has two or three letters; longer ones are reserved (2.2.1).</summary>
    [GeneratedRegex(
        @"^([a-z]{2,3}(-[a-z]{3}){0,3}(-[a-z]{4})?(-([a-z]{2}|[0-9]{3}))?(-([a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*(-[0-9a-wy-z](-[a-z0-9]{2,8})+)*(-x(-[a-z0-9]{1,8})+)?"
        + @"|x(-[a-z0-9]{1,8})+|en-gb-oed|i-[a-z]{2,8}|sgn-(be-fr|be-nl|ch-de))\z",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex LanguageTag();
}

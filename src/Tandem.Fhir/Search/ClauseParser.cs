using Tandem.Fhir.Definitions;

namespace Tandem.Fhir.Search;

/// <summary>Reads a parameter's name with modifier, chain or <c>_has</c>, and its values (or the test of a filter), into a clause.</summary>
internal sealed class ClauseParser(List<SearchProblem> problems, SiteSearchParameters site, FilterTest? test = null)
{
    private const int MostValues = 1000;
    private const int MostLinks = 4;

    /// <summary>The clause, or null after noting the problem.</summary>
    internal SearchClause? Parse(string type, string name, string value, int links)
    {
        if (links > MostLinks)
            return Problem(name, $"A chain has at most {MostLinks} links.");
        if (name.StartsWith("_has:", StringComparison.Ordinal))
            return Has(type, name, value, links);

        if (name == "_list")
            return Lists(name, value);

        var (head, within, rest) = Split(name);
        if (within is not null && rest is null)
            return Problem(name, "What a filter in brackets finds is asked for something: a dot and a path have to follow it.");
        var colon = head.IndexOf(':', StringComparison.Ordinal);
        var code = colon < 0 ? head : head[..colon];
        var modifier = colon < 0 ? null : head[(colon + 1)..];
        if (code == "_query")
            return Problem(name, "There are no named queries here, so _query cannot be followed.", unknown: true);
        if (!site.TryFind(type, code, out var parameter))
        {
            return Problem(
                name, site.IsComing(type, code) ? $"{code} is being indexed and cannot be searched by yet; SearchParameter/$status tells how far it is." : $"{type} has no search parameter {code}.", unknown: true);
        }

        return rest is null
            ? Plain(type, name, parameter, modifier, value)
            : Chain(name, parameter, modifier, within, rest, value, links);
    }

    private (string Head, string? Within, string? Beyond) Split(string name)
    {
        if (test is not null)
            return FilterPath.Split(name);
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        return dot < 0 ? (name, null, null) : (name[..dot], null, name[(dot + 1)..]);
    }

    private ListClause? Lists(string name, string value)
    {
        var ids = SearchQueryText.Split(value, ',').ConvertAll(id => id.StartsWith("List/", StringComparison.Ordinal) ? id["List/".Length..] : id);
        if (ids.TrueForAll(id => id.Length > 0 && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.')))
            return new ListClause(ids);
        Problem(name, "The value of _list is the id of a List, or of a Condition $current-problems, of an AllergyIntolerance $current-allergies or $current-drug-allergies, of a MedicationStatement or MedicationRequest $current-medications.");
        return null;
    }

    private SearchClause? Plain(string type, string name, SearchParameter parameter, string? modifierText, string value)
    {
        if (test is not null)
            return test.Of(type, parameter, modifierText, out var fault) ?? Problem(name, fault!);
        if (modifierText == "missing")
            return value is "true" or "false" ? new MissingClause(parameter, value == "true") : Problem(name, "With :missing the value is true or false.");

        string? targetType = null;
        if (!TryModifier(parameter, modifierText, out var modifier))
        {
            if (parameter.Type != SearchType.Reference || !R4.IsResourceType(modifierText!))
                return Problem(name, $"The modifier :{modifierText} is not one of a {Word(parameter)} parameter.");
            targetType = modifierText;
        }

        var texts = SearchQueryText.Split(value, ',');
        if (texts.Count > MostValues)
            return Problem(name, $"At most {MostValues} values may be given.");
        var operands = new List<SearchOperand>(texts.Count);
        foreach (var text in texts)
        {
            if (OperandParser.Parse(type, parameter, modifier, targetType, text, out var reason) is not { } operand)
                return Problem(name, reason!);
            operands.Add(operand);
        }

        return new ParameterClause(parameter, modifier, operands);
    }

    private SearchClause? Chain(string name, SearchParameter parameter, string? modifier, string? within, string rest, string value, int links)
    {
        if (parameter.Type != SearchType.Reference)
            return Problem(name, $"{parameter.Code} is no reference, so nothing can follow it.");
        if (modifier is not null && !R4.IsResourceType(modifier))
            return Problem(name, $"{modifier} is no resource type.");
        IReadOnlyList<string> targets = modifier is null ? parameter.PointsTo : [modifier];
        if (targets.Count == 0)
            return Problem(name, $"{parameter.Code} may point to any type: name it, as in {parameter.Code}:Patient.{rest}.");

        var found = new List<ChainTarget>();
        var refused = new List<SearchProblem>();
        foreach (var target in targets)
        {
            var attempt = new List<SearchProblem>();
            var filter = within is null ? null : FilterParser.Parse(target, within, attempt, site, test!.Budget, links + 1);
            if ((within is null || filter is not null) && new ClauseParser(attempt, site, test).Parse(target, rest, value, links + 1) is { } clause)
                found.Add(new(target, filter is null ? clause : new FilterClause(FilterWord.And, [filter, clause])));
            refused.AddRange(attempt);
        }

        if (found.Count > 0)
            return new ChainClause(parameter, found);
        var first = refused.Find(problem => !problem.IsUnknown) ?? refused[0];
        return Problem(name, first.Reason, first.IsUnknown);
    }

    private SearchClause? Has(string type, string name, string value, int links)
    {
        var parts = name.Split(':', 4);
        if (parts.Length < 4 || !R4.IsResourceType(parts[1]))
            return Problem(name, "_has is written _has:Type:reference:parameter.");
        if (!site.TryFind(parts[1], parts[2], out var reference) || reference.Type != SearchType.Reference)
            return Problem(name, $"{parts[1]} has no reference parameter {parts[2]}.", unknown: true);
        if (type != "Resource" && reference.PointsTo is { Count: > 0 } targets && !targets.Contains(type))
            return Problem(name, $"{parts[1]}.{parts[2]} does not point to {type}.");
        var inner = new List<SearchProblem>();
        var clause = new ClauseParser(inner, site, test).Parse(parts[1], parts[3], value, links + 1);
        return clause is null ? Problem(name, inner[0].Reason, inner[0].IsUnknown) : new HasClause(parts[1], reference, clause);
    }

    private static bool TryModifier(SearchParameter parameter, string? text, out SearchModifier modifier)
    {
        SearchModifier? found = (text, parameter.Type) switch
        {
            (null, _) => SearchModifier.None,
            ("exact", SearchType.String) => SearchModifier.Exact,
            ("contains", SearchType.String) => SearchModifier.Contains,
            ("text", SearchType.Token) => SearchModifier.Text,
            ("not", SearchType.Token) => SearchModifier.Not,
            ("in", SearchType.Token) => SearchModifier.In,
            ("not-in", SearchType.Token) => SearchModifier.NotIn,
            ("of-type", SearchType.Token) => SearchModifier.OfType,
            ("identifier", SearchType.Reference) => SearchModifier.Identifier,
            ("above", SearchType.Token or SearchType.Uri or SearchType.Reference) => SearchModifier.Above,
            ("below", SearchType.Token or SearchType.Uri or SearchType.Reference) => SearchModifier.Below,
            _ => null,
        };
        modifier = found ?? SearchModifier.None;
        return found is not null;
    }

    private SearchClause? Problem(string name, string reason, bool unknown = false)
    {
        problems.Add(new(name, reason, unknown));
        return null;
    }

    private static string Word(SearchParameter parameter) => parameter.Type switch
    {
        SearchType.Number => "number",
        SearchType.Date => "date",
        SearchType.String => "string",
        SearchType.Token => "token",
        SearchType.Reference => "reference",
        SearchType.Composite => "composite",
        SearchType.Quantity => "quantity",
        SearchType.Uri => "uri",
        _ => "special",
    };
}

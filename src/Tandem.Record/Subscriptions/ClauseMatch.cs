using Tandem.Fhir.Definitions;
using Tandem.Fhir.Search;
using Tandem.Record.Search;

namespace Tandem.Record.Subscriptions;

/// <summary>
/// Holds one clause against the index values of one version, by the same rules as the conditions that the search writes as SQL
/// (R4 3.1.1.4). A test holds both against each other.
/// </summary>
internal static class ClauseMatch
{
    /// <summary>True when the clause's modifier can be told from the resource alone.</summary>
    internal static bool Takes(ParameterClause clause) => (clause.Parameter.Type, clause.Modifier) switch
    {
        (SearchType.Token, SearchModifier.Not) => true,
        _ when clause.Parameter.Code == "_id" => false,
        (SearchType.Token, SearchModifier.Text or SearchModifier.OfType) => true,
        (SearchType.String, SearchModifier.Exact or SearchModifier.Contains) => true,
        (SearchType.Reference, SearchModifier.Identifier) => true,
        _ => false,
    };

    internal static bool Holds(SearchClause clause, IndexedVersion version) => clause switch
    {
        MissingClause missing => Has(missing.Parameter, version) != missing.IsMissing,
        ParameterClause { Parameter.Code: "_id" } id =>
            id.Values.Any(value => ((TokenOperand)value).Code == version.Version.Id) != (id.Modifier == SearchModifier.Not),
        ParameterClause { Parameter.Code: "_lastUpdated" } updated => updated.Values.Any(value => Updated((DateOperand)value, version)),
        ParameterClause { Modifier: SearchModifier.Not } not => !Any(not, version),
        ParameterClause plain => Any(plain, version),
        _ => throw new InvalidOperationException($"No such clause: {clause.GetType().Name}"),
    };

    private static bool Has(SearchParameter parameter, IndexedVersion version)
    {
        if (parameter.Code is "_id" or "_lastUpdated")
            return true;
        var parts = KeptParameters.Of(parameter);
        foreach (ref readonly var value in version.Values)
        {
            if (value.Group == 0 && IsOf(parts, value.ParameterId) && (value.Kind != SearchType.String || parameter.Type is SearchType.String or SearchType.Token))
                return true;
        }

        return false;
    }

    private static bool Any(ParameterClause clause, IndexedVersion version)
    {
        var parts = KeptParameters.Of(clause.Parameter);
        foreach (ref readonly var value in version.Values)
        {
            if (value.Group != 0 || !IsOf(parts, value.ParameterId))
                continue;
            foreach (var operand in clause.Values)
            {
                if (Fits(value, operand, clause, version))
                    return true;
            }
        }

        return false;
    }

    private static bool IsOf(IReadOnlyList<SearchParameter> parts, ushort id)
    {
        foreach (var part in parts)
        {
            if (part.Id == id)
                return true;
        }

        return false;
    }

    private static bool Fits(in SearchValue value, SearchOperand operand, ParameterClause clause, IndexedVersion version) => (value.Kind, operand) switch
    {
        (SearchType.Token, OfTypeOperand ofType) => value.CodeHash == ofType.ValueKey && value.SystemHash == SearchValue.OfType && value.Hash == ofType.TypeKey,
        (SearchType.Token, TokenOperand token) => Token(value, token),
        (SearchType.Reference, ReferenceOperand reference) => Reference(value, ReferenceCondition.Relative(reference, version.Options.Addresses)),
        (SearchType.String, StringOperand text) => String(value, text, clause.Modifier),
        (SearchType.Uri, UriOperand address) => StableHash.Of(address.Text) is var hash && (value.Hash == hash || (clause.Parameter.Code == "_profile" && value.CodeHash == hash)), // in whatever version
        (SearchType.Date, DateOperand date) => DateFits(value, date, version),
        (SearchType.Number, NumberOperand number) => Number(value, number),
        (SearchType.Quantity, QuantityOperand quantity) => Quantity(value, quantity),
        _ => false,
    };

    private static bool Token(in SearchValue value, TokenOperand token) => token.Match switch
    {
        TokenMatch.Code => value.CodeHash == StableHash.Of(token.Code!),
        TokenMatch.System => value.SystemHash == StableHash.Of(token.System!),
        _ => value.CodeHash == StableHash.Of(token.Code!) && value.SystemHash == (token.System!.Length == 0 ? 0 : StableHash.Of(token.System)),
    };

    private static bool Reference(in SearchValue value, ReferenceOperand reference)
    {
        if (reference.Address is { } address)
            return value.SystemHash == 0 && StableHash.Of(address) is var hash && (value.Hash == hash || (value.CodeHash != 0 && value.CodeHash == hash));
        return value.SystemHash != 0 && value.CodeHash == reference.IdKey && (reference.Type is null || value.SystemHash == StableHash.Of(reference.Type));
    }

    private static bool String(in SearchValue value, StringOperand operand, SearchModifier modifier) => modifier switch
    {
        SearchModifier.Exact => value.Hash == StableHash.Of(operand.Text) && SearchTables.Cut(value.Text!).Text == SearchTables.Cut(operand.Normalised).Text,
        SearchModifier.Contains => value.Text!.Contains(operand.Normalised, StringComparison.Ordinal),
        _ => value.Text!.StartsWith(operand.Normalised, StringComparison.Ordinal),
    };

    private static bool Updated(DateOperand operand, IndexedVersion version)
    {
        var ((low, high), at) = (operand.Date.Interval(version.Options.Zone), version.Version.At.ToUnixTimeMilliseconds());
        return operand.Prefix switch
        {
            SearchPrefix.NotEqual => at < low || at >= high,
            SearchPrefix.Greater or SearchPrefix.StartsAfter => at >= high,
            SearchPrefix.Less or SearchPrefix.EndsBefore => at < low,
            SearchPrefix.GreaterOrEqual => at >= low,
            SearchPrefix.LessOrEqual => at < high,
            _ => at >= low && at < high,
        };
    }

    /// <summary>The interval logic of R4 3.1.1.4.7; <c>ap</c> widens with the distance from when the version was recorded.</summary>
    private static bool DateFits(in SearchValue value, DateOperand operand, IndexedVersion version)
    {
        var (low, high) = operand.Date.Interval(version.Options.Zone);
        switch (operand.Prefix)
        {
            case SearchPrefix.NotEqual:
                return value.Low < low || value.High > high;
            case SearchPrefix.Greater:
                return value.High > high;
            case SearchPrefix.Less:
                return value.Low < low;
            case SearchPrefix.GreaterOrEqual:
                return value.Low >= low || value.High > high;
            case SearchPrefix.LessOrEqual:
                return value.Low < low || value.High <= high;
            case SearchPrefix.StartsAfter:
                return value.Low >= high;
            case SearchPrefix.EndsBefore:
                return value.High <= low;
            case SearchPrefix.Approximately:
                var now = version.Version.At.ToUnixTimeMilliseconds();
                var gap = Math.Max(0, Math.Max(now - high, low - now)) / 10;
                return value.Low < high + gap && value.High > low - gap;
            default:
                return value.Low >= low && value.High <= high;
        }
    }

    private static bool Number(in SearchValue value, NumberOperand operand) => operand.Prefix switch
    {
        SearchPrefix.NotEqual => value.NumberLow < operand.Low || value.NumberHigh >= operand.High,
        SearchPrefix.Greater => value.NumberHigh > operand.Value,
        SearchPrefix.Less => value.NumberLow < operand.Value,
        SearchPrefix.GreaterOrEqual => value.NumberHigh >= operand.Value,
        SearchPrefix.LessOrEqual => value.NumberLow <= operand.Value,
        SearchPrefix.StartsAfter => value.NumberLow > operand.Value,
        SearchPrefix.EndsBefore => value.NumberHigh < operand.Value,
        SearchPrefix.Approximately => value.NumberLow <= operand.High && value.NumberHigh >= operand.Low,
        _ => value.NumberLow >= operand.Low && value.NumberHigh < operand.High,
    };

    /// <summary>As written, or converted into the value's own unit when both are UCUM (R4 3.1.1.4.14).</summary>
    private static bool Quantity(in SearchValue value, QuantityOperand operand)
    {
        if (operand.System is not null && value.SystemHash != StableHash.Of(operand.System))
            return false;
        if (operand.Code is null || value.CodeHash == StableHash.Of(operand.Code))
            return Number(value, operand.Number);
        return operand.System == Ucum.System && value.Text is { Length: > 0 and <= 800 } unit && unit != operand.Code
            && QuantityCondition.Converted(operand.Number, operand.Code, unit) is { } number && Number(value, number);
    }
}

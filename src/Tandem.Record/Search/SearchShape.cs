using System.Globalization;
using System.Text;
using Tandem.Fhir.Search;
using Tandem.Kernel.Actors;

namespace Tandem.Record.Search;

/// <summary>
/// All that the text of a search's statement follows from: two searches of one shape differ in their operands' values and the time alone. Only the forms that are asked all day
/// have one; a search of another form is composed each time.
/// </summary>
/// <param name="Key">The shape as a text.</param>
/// <param name="Operands">The values that are left out of it, in order.</param>
internal sealed record SearchShape(string Key, IReadOnlyList<SearchOperand> Operands)
{
    private const int MostOperands = 12;
    private const char End = '\n'; // stands in no name and no address

    /// <summary>The shape; null when the search has none.</summary>
    internal static SearchShape? Of(SearchQuery query, Reach reach)
    {
        if (reach == Reach.NoOne || SortInMemory.IsNeeded(query))
            return null;
        var (text, operands) = (new StringBuilder(128), new List<SearchOperand>(4));
        text.Append(query.ResourceType).Append(End);
        foreach (var clause in query.Clauses)
        {
            if (!Add(text, clause, operands))
                return null;
        }

        foreach (var key in query.Result.Sort)
            text.Append(key.Descending ? "-" : "+").Append(Number(key.Parameter.Id)).Append(key.Parameter.Base).Append(End);
        if (operands.Count > MostOperands)
            return null;
        foreach (var layer in reach.Layers)
            Add(text, layer);
        return new(text.ToString(), operands);
    }

    private static bool Add(StringBuilder text, SearchClause clause, List<SearchOperand> operands)
    {
        switch (clause)
        {
            case ParameterClause { Modifier: SearchModifier.None or SearchModifier.Not or SearchModifier.Exact or SearchModifier.Contains } plain:
                text.Append('p').Append(Number(plain.Parameter.Id)).Append(plain.Parameter.Base).Append(':').Append(Number((int)plain.Modifier));
                for (var at = 0; at < plain.Values.Count; at++)
                {
                    if (!Add(text, plain.Values, at))
                        return false;
                    operands.Add(plain.Values[at]);
                }

                text.Append(End);
                return true;
            case HasClause has:
                text.Append('h').Append(has.ResourceType).Append(Number(has.Reference.Id)).Append('>');
                return Add(text, has.Clause, operands);
            case ChainClause chain:
                text.Append('c').Append(Number(chain.Reference.Id)).Append(chain.Reference.Base).Append(':').Append(Number(chain.Targets.Count));
                return chain.Targets.All(target => Add(text.Append('>').Append(target.ResourceType).Append(End), target.Clause, operands));
            default:
                return false;
        }
    }

    /// <summary>Of a value its form; of a token also with which it shares its system and its code, for equal ones go together.</summary>
    private static bool Add(StringBuilder text, IReadOnlyList<SearchOperand> values, int at)
    {
        switch (values[at])
        {
            case TokenOperand token:
                text.Append(token.Match switch { TokenMatch.Code => 'c', TokenMatch.System => 's', _ => token.System!.Length == 0 ? 'n' : 't' });
                for (var before = 0; before < at; before++)
                {
                    if (values[before] is TokenOperand other)
                        text.Append(other.Code == token.Code ? '=' : '.').Append(other.System == token.System ? '=' : '.');
                }

                return true;
            case ReferenceOperand { Id: not null, Address: null, Version: null } reference:
                text.Append('r').Append(Number(reference.Type?.Length ?? -1)).Append(reference.Type);
                return true;
            case DateOperand { Prefix: not SearchPrefix.Approximately } date:
                text.Append('d').Append(Number((int)date.Prefix));
                return true;
            case StringOperand text1 when SearchTables.Cut(text1.Normalised).Beyond is null:
                text.Append('x');
                return true;
            default:
                return false;
        }
    }

    /// <summary>All of a layer but its moment.</summary>
    private static void Add(StringBuilder text, AccessLayer layer)
    {
        text.Append("layer").Append(End);
        foreach (var grant in layer.Grants)
        {
            text.Append(Number((int)grant.Interactions)).Append(grant.AsksConsent ? '?' : '!');
            Add(text, grant.Types);
            text.Append(grant.Whose.GetType().Name).Append(Number((grant.Whose as Whose.Known)?.Afterwards.Ticks ?? 0));
            Add(text, (grant.Whose as Whose.These)?.Ids ?? []);
            Add(text, grant.Withheld);
            Add(text, [grant.Query, grant.Needs]);
        }

        text.Append("parties");
        Add(text, layer.Parties);
        Add(text, layer.Recipients);
        Add(text, layer.Hidden);
        Add(text, [layer.Purpose]);
    }

    /// <summary>Each with its length before it, so that no two lists read alike whatever stands in them.</summary>
    private static void Add(StringBuilder text, IReadOnlyList<string> words)
    {
        text.Append(Number(words.Count)).Append(':');
        foreach (var word in words)
            text.Append(Number(word.Length)).Append(':').Append(word);
        text.Append(End);
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}

using Tandem.Fhir.FhirPath.Expressions;

namespace Tandem.Fhir.FhirPath.Syntax;

/// <summary>The binary operators with their precedence, the strongest highest (FHIRPath 2.0, 6.9).</summary>
internal static class Operators
{
    /// <summary>0 when the word is no operator.</summary>
    internal static int Precedence(string word) => word switch
    {
        "*" or "/" or "div" or "mod" => 10,
        "+" or "-" or "&" => 9,
        "is" or "as" => 8,
        "|" => 7,
        "<" or "<=" or ">" or ">=" => 6,
        "=" or "~" or "!=" or "!~" => 5,
        "in" or "contains" => 4,
        "and" => 3,
        "or" or "xor" => 2,
        "implies" => 1,
        _ => 0,
    };

    internal static Expression Make(Token token, Expression left, Expression right)
    {
        var at = token.Position;
        switch (token.Text)
        {
            case "and" or "or":
                if (left is not Junction chain || chain.IsOr != (token.Text == "or"))
                    return new Junction(at, token.Text == "or", left, right);
                chain.Append(right);
                return chain;
            case "|":
                if (left is not Union union)
                    return new Union(at, left, right);
                union.Append(right);
                return union;
            case "xor":
                return new Xor(at, left, right);
            case "implies":
                return new Implies(at, left, right);
            case "=" or "!=":
                return new Equals(at, left, right, token.Text == "!=");
            case "~" or "!~":
                return new Equivalent(at, left, right, token.Text == "!~");
            case "in":
                return new Membership(at, left, right);
            case "contains":
                return new Membership(at, right, left, isContains: true);
            case "&":
                return new Concatenate(at, left, right);
            case "<" or "<=" or ">" or ">=":
                return new Compare(at, left, right, token.Text);
            default:
                return new Arithmetic(at, left, right, token.Text);
        }
    }
}

using System.Globalization;
using Tandem.Fhir.FhirPath.Expressions;
using Tandem.Fhir.FhirPath.Functions;
using Tandem.Fhir.FhirPath.Model;

namespace Tandem.Fhir.FhirPath.Syntax;

/// <summary>Builds the expression tree by precedence climbing (FHIRPath 2.0, 6.9 and appendix B).</summary>
internal sealed class Parser(List<Token> tokens)
{
    private const int TypePrecedence = 8;
    private int at;
    private int nesting;
    private int definitions;

    private Token Current => tokens[at];

    /// <exception cref="FhirPathException">With the position of what cannot be read.</exception>
    internal static Expression Parse(string text)
    {
        var parser = new Parser(Lexer.Read(text));
        var root = parser.Operation(0);
        return parser.Current.Kind == TokenKind.End ? root : throw parser.Unexpected("an operator or the end");
    }

    private Expression Operation(int lowest)
    {
        Nest();
        var before = definitions;
        var left = Signed();
        while (Precedence(Current) is var precedence and > 0 && precedence > lowest)
        {
            var token = Take();
            left = WithScope(left, before);
            before = definitions;
            left = Checked(precedence == TypePrecedence
                ? TypeOperation(token, left)
                : Operators.Make(token, left, WithScope(Operation(precedence), before)));
            before = definitions;
        }

        nesting--;
        return left;
    }

    private Expression TypeOperation(Token token, Expression left)
    {
        var type = TypeSpecifier();
        return token.Text == "is" ? new IsType(token.Position, left, type) : new OfType(token.Position, left, type, single: true);
    }

    private Expression Signed()
    {
        if (!Current.Is("-") && !Current.Is("+"))
            return Path();
        Nest();
        var sign = Take();
        var operand = Signed();
        nesting--;
        return Checked(new Polarity(sign.Position, operand, sign.Text == "-"));
    }

    private Expression Path()
    {
        var path = Term();
        while (true)
        {
            if (Current.Is("."))
            {
                Take();
                path = Current.Is("$") ? throw Unexpected("a name") : Invocation(path);
            }
            else if (Current.Is("["))
            {
                var open = Take();
                var index = Argument();
                Expect("]");
                path = Checked(new Indexer(open.Position, path, index));
            }
            else
            {
                return path;
            }
        }
    }

    private Expression Term()
    {
        var token = Current;
        switch (token.Kind)
        {
            case TokenKind.String:
                return Constant(Take(), FhirValue.Of(token.Text));
            case TokenKind.Number:
                return Number(Take());
            case TokenKind.Date:
                return Constant(Take(), Date(token));
            case TokenKind.Identifier when token.Text is "true" or "false":
                return Constant(Take(), FhirValue.Of(token.Text == "true"));
            case TokenKind.Identifier when token.Text is "and" or "or" or "xor" or "implies" or "div" or "mod":
                throw Unexpected("a value");
            case TokenKind.Identifier or TokenKind.QuotedIdentifier:
                return Invocation(new This(token.Position));
            case TokenKind.Symbol when token.Text == "(":
                Take();
                var inner = Operation(0);
                Expect(")");
                return inner;
            case TokenKind.Symbol when token.Text == "{":
                Take();
                Expect("}");
                return new Literal(token.Position, default);
            case TokenKind.Symbol when token.Text == "$":
                return Variable(Take());
            case TokenKind.Symbol when token.Text == "%":
                return ExternalConstant(Take());
            default:
                throw Unexpected("a value");
        }
    }

    private Expression Invocation(Expression target)
    {
        var name = Name();
        if (!Current.Is("("))
            return Checked(new Member(name.Position, target, name.Text));
        Take();
        if (name.Kind == TokenKind.Identifier && name.Text is "is" or "as" or "ofType")
        {
            var type = TypeSpecifier();
            Expect(")");
            return Checked(name.Text == "is" ? new IsType(name.Position, target, type) : new OfType(name.Position, target, type, name.Text == "as"));
        }

        var arguments = Arguments();
        var function = Function.Find(name.Text) ?? throw new FhirPathException($"There is no function {name.Text}().", name.Position);
        if (arguments.Count < function.Fewest || arguments.Count > function.Most)
            throw new FhirPathException($"{name.Text}() takes {Count(function)}, not {arguments.Count}.", name.Position);
        if (name.Text == DefineVariable.Name)
            definitions++;
        return Checked(new Call(name.Position, target, function, [.. arguments]));
    }

    private List<Expression> Arguments()
    {
        var arguments = new List<Expression>();
        if (!Current.Is(")"))
        {
            arguments.Add(Argument());
            while (Current.Is(","))
            {
                Take();
                arguments.Add(Argument());
            }
        }

        Expect(")");
        return arguments;
    }

    private Expression Argument()
    {
        var before = definitions;
        return WithScope(Operation(0), before);
    }

    /// <summary>A part in which variables are made keeps them to itself.</summary>
    private Expression WithScope(Expression part, int before) => definitions == before ? part : new Scoped(part);

    private TypeName TypeSpecifier()
    {
        var first = Name();
        var type = new TypeName(null, first.Text);
        if (first.Text is "FHIR" or "System" && Current.Is("."))
        {
            Take();
            type = new(first.Text, Name().Text);
        }

        return type.IsKnown ? type : throw new FhirPathException($"There is no type {type}.", first.Position);
    }

    private Literal Number(Token token)
    {
        var isDecimal = token.Text.Contains('.', StringComparison.Ordinal);
        if (!decimal.TryParse(token.Text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value))
            throw new FhirPathException("This number is too large.", token.Position);
        if (!isDecimal && Current.Kind == TokenKind.Identifier && Current.Text == "L" && Current.Position == token.Position + token.Text.Length)
            return Long(token, value);
        if (Current.Kind == TokenKind.String)
            return Constant(token, FhirValue.Of(new PathQuantity(value, Take().Text)));
        if (Current.Kind == TokenKind.Identifier && CalendarUnit.Find(Current.Text) is not null)
            return Constant(token, FhirValue.Of(new PathQuantity(value, Take().Text)));
        if (isDecimal)
            return Constant(token, FhirValue.Of(value));
        return value <= int.MaxValue
            ? Constant(token, FhirValue.Of((int)value))
            : throw new FhirPathException("This integer is larger than 2147483647; write it with a decimal point.", token.Position);
    }

    /// <summary><c>42L</c>, 64 bits.</summary>
    private Literal Long(Token token, decimal value)
    {
        Take();
        return value <= long.MaxValue ? Constant(token, FhirValue.Of((long)value)) : throw new FhirPathException("This number has more than 64 bits.", token.Position);
    }

    private static FhirValue Date(Token token)
    {
        var text = token.Text.AsSpan();
        var parsed = text.StartsWith("T") ? PartialDateTime.Parse(text[1..], FhirValueKind.Time)
            : PartialDateTime.Parse(text, text.Contains('T') ? FhirValueKind.DateTime : FhirValueKind.Date);
        return FhirValue.Of(parsed ?? throw new FhirPathException($"@{token.Text} is no date or time.", token.Position));
    }

    private Expression Variable(Token dollar)
    {
        var name = Name();
        return name.Text switch
        {
            "this" => new This(dollar.Position),
            "index" => new Expressions.Index(dollar.Position),
            "total" => new Total(dollar.Position),
            _ => throw new FhirPathException($"There is no ${name.Text}; there are $this, $index and $total.", dollar.Position),
        };
    }

    private Constant ExternalConstant(Token percent) =>
        new(percent.Position, Current.Kind == TokenKind.String ? Take().Text : Name().Text);

    private Token Name() => Current.Kind is TokenKind.Identifier or TokenKind.QuotedIdentifier ? Take() : throw Unexpected("a name");

    private static Literal Constant(Token token, FhirValue value) => new(token.Position, new Values(value));

    private static int Precedence(Token token) => token.Kind is TokenKind.Symbol or TokenKind.Identifier ? Operators.Precedence(token.Text) : 0;

    private Token Take() => tokens[at++];

    private void Expect(string symbol)
    {
        if (!Current.Is(symbol))
            throw Unexpected($"\"{symbol}\"");
        at++;
    }

    private void Nest()
    {
        if (++nesting > FhirPathExpression.MaxDepth)
            throw TooDeep(Current.Position);
    }

    private static Expression Checked(Expression made) => made.Depth <= FhirPathExpression.MaxDepth ? made : throw TooDeep(made.Position);

    private static FhirPathException TooDeep(int position) =>
        new($"The expression is nested deeper than {FhirPathExpression.MaxDepth} levels.", position);

    private FhirPathException Unexpected(string wanted) =>
        new(Current.Kind == TokenKind.End ? $"The expression ends where {wanted} is expected." : $"\"{Current.Text}\" stands where {wanted} is expected.", Current.Position);

    private static string Count(Function function) => function.Fewest == function.Most
        ? $"{function.Most} argument{(function.Most == 1 ? "" : "s")}"
        : $"{function.Fewest} to {function.Most} arguments";
}

using System.Collections.Concurrent;
using Tandem.Fhir.FhirPath.Expressions;
using Tandem.Fhir.FhirPath.Syntax;

namespace Tandem.Fhir.FhirPath;

/// <summary>
/// A compiled FHIRPath expression (FHIRPath 2.0 with the additions of FHIR R4 section 2.9.1). Immutable and thread-safe; texts
/// are compiled once and kept, so it is cheap to compile the same text again.
/// </summary>
public sealed class FhirPathExpression
{
    /// <summary>Deepest nesting of an expression; a deeper one is refused.</summary>
    public const int MaxDepth = 200;

    /// <summary>Longest text of an expression, in characters.</summary>
    public const int MaxLength = 64 * 1024;

    private const int MostKept = 10_000;
    private const int MostCharacters = 2_000_000; // a character takes up to a hundred bytes once it is compiled

    private static readonly ConcurrentDictionary<string, FhirPathExpression> Kept = new(StringComparer.Ordinal);

    private static int characters; // of the texts that are kept

    private readonly Expression root;

    private FhirPathExpression(string text, Expression root) => (Text, this.root) = (text, root);

    /// <summary>The expression as written.</summary>
    public string Text { get; }

    /// <summary>Compiles <paramref name="text"/>.</summary>
    /// <returns>The expression, or null with the <paramref name="fault"/>.</returns>
    public static FhirPathExpression? Compile(string text, out FhirPathFault? fault)
    {
        ArgumentNullException.ThrowIfNull(text);
        fault = null;
        if (Kept.TryGetValue(text, out var known))
            return known;
        if (text.Length > MaxLength)
        {
            fault = new($"The expression has {text.Length:N0} characters; at most {MaxLength:N0} are read.", 0, 1, 1);
            return null;
        }

        try
        {
            var compiled = new FhirPathExpression(text, Parser.Parse(text));
            Keep(text, compiled);
            return compiled;
        }
        catch (FhirPathException e)
        {
            fault = FhirPathFault.At(text, Math.Max(0, e.Position), e.Message);
            return null;
        }
    }

    private static void Keep(string text, FhirPathExpression compiled)
    {
        if (Kept.Count >= MostKept || Volatile.Read(ref characters) > MostCharacters - text.Length)
        {
            Kept.Clear(); // what is used is soon there again; else whoever sends many texts would leave no room for the rest
            Interlocked.Exchange(ref characters, 0);
        }

        if (Kept.TryAdd(text, compiled))
            Interlocked.Add(ref characters, text.Length);
    }

    /// <summary>Compiles an expression that is known to be sound, such as a constant in the code.</summary>
    /// <exception cref="FhirPathException">It is not sound after all.</exception>
    public static FhirPathExpression Compile(string text) =>
        Compile(text, out var fault) ?? throw new FhirPathException(fault!.ToString());

    /// <summary>The expression as it was read.</summary>
    public SyntaxNode Outline() => root.Outline();

    /// <summary>The items the expression gives, in order; none is an answer too.</summary>
    /// <exception cref="FhirPathException">The data has no answer to this expression.</exception>
    public IReadOnlyList<FhirValue> Evaluate(FhirPathContext context) => Run(context, static (root, run) => root.Evaluate(run).ToArray());

    /// <summary>As <see cref="Evaluate"/>, with the error as a sentence instead of an exception.</summary>
    public bool TryEvaluate(FhirPathContext context, out IReadOnlyList<FhirValue> values, out FhirPathFault? fault)
    {
        try
        {
            values = Evaluate(context);
            fault = null;
            return true;
        }
        catch (FhirPathException e)
        {
            values = [];
            fault = FhirPathFault.At(Text, Math.Max(0, e.Position), e.Message) with { IsTooCostly = e.IsTooCostly };
            return false;
        }
    }

    /// <summary>
    /// The expression as a condition: true when it gives true or a single item that is no boolean; false when it gives false or
    /// nothing (FHIRPath 2.0, 4.5 singleton evaluation).
    /// </summary>
    /// <exception cref="FhirPathException">The data has no answer to this expression, or it gives several items.</exception>
    public bool IsTrue(FhirPathContext context) => Run(context, static (root, run) => root.Test(run)) == true;

    /// <summary>The expression as an invariant: it is kept unless it gives false; where it gives nothing there is nothing to break it.</summary>
    /// <exception cref="FhirPathException">The data has no answer to this expression, or it gives several items.</exception>
    public bool Holds(FhirPathContext context) => Run(context, static (root, run) => root.Test(run)) != false;

    /// <inheritdoc/>
    public override string ToString() => Text;

    /// <summary>Callers go on after a <see cref="FhirPathException"/>, so whatever values lead to is one; what the caller's own callbacks throw stays as it is.</summary>
    private T Run<T>(FhirPathContext context, Func<Expression, Evaluation, T> read)
    {
        var run = new Evaluation(context);
        try
        {
            return read(root, run);
        }
        catch (Exception e) when (!run.IsOutside && e is (ArithmeticException or ArgumentException or InvalidOperationException or FormatException))
        {
            throw new FhirPathException("The expression could not be evaluated on this data.", e);
        }
    }
}

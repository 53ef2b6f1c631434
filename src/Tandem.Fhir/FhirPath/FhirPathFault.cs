namespace Tandem.Fhir.FhirPath;

/// <summary>Why an expression cannot be compiled, and where.</summary>
/// <param name="Reason">A whole sentence.</param>
/// <param name="Position">Offset in the expression, 0-based, in characters.</param>
/// <param name="Line">1-based.</param>
/// <param name="Column">1-based, in characters.</param>
public sealed record FhirPathFault(string Reason, int Position, int Line, int Column)
{
    /// <summary>True when the expression could be evaluated and takes more work, time or space than is allowed.</summary>
    public bool IsTooCostly { get; init; }

    internal static FhirPathFault At(string text, int position, string reason)
    {
        var before = text.AsSpan(0, Math.Min(position, text.Length));
        return new(reason, position, before.Count('\n') + 1, before.Length - before.LastIndexOf('\n'));
    }

    /// <summary>The sentence with its place.</summary>
    public override string ToString() => $"{Reason} (line {Line}, column {Column})";
}

/// <summary>
/// An expression met data it has no answer for: an operator between values that cannot be combined, several items where one
/// is allowed, or more work than is permitted (FHIRPath 2.0, section 4: "end the evaluation and signal an error").
/// </summary>
public sealed class FhirPathException : Exception
{
    /// <summary>An error without a place.</summary>
    public FhirPathException()
    {
    }

    /// <summary>An error without a place.</summary>
    public FhirPathException(string message) : base(message)
    {
    }

    /// <summary>An error with its cause.</summary>
    public FhirPathException(string message, Exception innerException) : base(message, innerException)
    {
    }

    internal FhirPathException(string message, int position) : base(message) => Position = position;

    /// <summary>True when more work, time or space is asked for than is allowed.</summary>
    public bool IsTooCostly { get; internal init; }

    /// <summary>Offset of the failing part in the expression, 0-based; -1 when it has no place.</summary>
    public int Position { get; } = -1;
}

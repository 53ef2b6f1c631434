namespace Tandem.Fhir.FhirPath;

/// <summary>A part of an expression as it was read, for tools that show it.</summary>
/// <param name="Kind">What it is: <c>ConstantExpression</c>, <c>ChildExpression</c>, <c>FunctionCallExpression</c>, <c>BinaryExpression</c>, <c>UnaryExpression</c>,
/// <c>IndexerExpression</c>, <c>VariableRefExpression</c>, <c>AxisExpression</c>.</param>
/// <param name="Name">The name, sign or value.</param>
/// <param name="Position">Offset in the text, 0-based, in characters.</param>
/// <param name="Arguments">What it works on, the input first.</param>
public sealed record SyntaxNode(string Kind, string Name, int Position, params IReadOnlyList<SyntaxNode> Arguments);

namespace Tandem.Record.Rest;

/// <summary>An answer has come to more bytes than are put together for one (<see cref="RestLimits.AnswerBytes"/>). It leaves whatever puts it together and is told at the edge.</summary>
public sealed class AnswerTooLargeException() : Exception("The answer is too large.");

using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;

namespace Tandem.Record.Rest;

/// <summary>The query of a conditional interaction (R4 3.1.0.8.1, 3.1.0.5.3, 3.1.0.7.1).</summary>
internal sealed class Criteria
{
    private static readonly Criteria None = new();

    internal static Outcome<Criteria> Of(string type, string? query) =>
        string.IsNullOrWhiteSpace(query) ? None : Refusal.NotSupported($"Conditional interactions on {type} are not supported.");

    internal static Outcome<Criteria> Required(string type, string? query) =>
        Refusal.NotSupported($"Conditional interactions on {type} are not supported{(query is null ? "" : "")}.");

    private readonly Match match = new(null);

    internal Outcome<Match> FindOne(WriteSession session) => match;
}

internal sealed record Match(ResourceVersion? Version);

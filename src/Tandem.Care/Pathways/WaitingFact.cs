using System.Globalization;
using Tandem.Kernel;
using Tandem.Record.Log;

namespace Tandem.Care.Pathways;

/// <summary>That a clinician looked at a fact that could not be decided and found that nothing follows from it. It ends when the fact is corrected or the question is another one.</summary>
/// <param name="At">When.</param>
/// <param name="By">Who (FHIR reference).</param>
/// <param name="Name">How pages name them.</param>
/// <param name="Why">Their reason.</param>
public sealed record Dismissal(DateTimeOffset At, string By, string Name, string Why);

/// <summary>A fact that could not be decided, as it waits for a person.</summary>
/// <param name="Fact">What.</param>
/// <param name="Since">Since when.</param>
/// <param name="Dismissal">What a clinician said to it; null while it waits.</param>
public sealed record WaitingFact(UndecidedFact Fact, DateTimeOffset Since, Dismissal? Dismissal)
{
    /// <summary>Stands for it, as it is until it is corrected, in addresses and forms; names nobody.</summary>
    public string Id => Ids.From("undecided", Fact.Patient, Fact.Pathway, Fact.Action, Fact.Cause, Fact.Reason, Fact.Seen?.ToString(CultureInfo.InvariantCulture) ?? "");

    /// <summary>Keeps it so.</summary>
    internal void Write(WriteSession session) => session.Write(
        PathwayTables.Undecided, Fact.Patient, Fact.Pathway, Fact.Action, Fact.Cause, Fact.Reason, Since, Fact.Seen, Dismissal?.At, Dismissal?.By, Dismissal?.Name, Dismissal?.Why);
}

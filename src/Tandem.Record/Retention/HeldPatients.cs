namespace Tandem.Record.Retention;

/// <summary>Whose data must not be removed now.</summary>
/// <param name="IsWholeHub">True: nothing is removed.</param>
/// <param name="Patients">Logical ids.</param>
public sealed record HeldPatients(bool IsWholeHub, IReadOnlyCollection<string> Patients)
{
    /// <summary>Nobody is on hold.</summary>
    public static readonly HeldPatients None = new(false, []);

    /// <summary>For statements: empty while nobody is on hold, else each id between bars. An id has neither bar nor wildcard (FHIR R4 2.24.0.1).</summary>
    public string Text => Patients.Count == 0 ? "" : $"|{string.Join('|', Patients)}|";
}

/// <summary>Reads who is on hold now; asked before each group that is removed.</summary>
public delegate HeldPatients ReadHolds();

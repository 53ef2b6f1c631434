using Tandem.Record.Retention;

namespace Tandem.Care.Patients;

/// <summary>What opening patients' pages leaves behind, and for how long. The access log has all of it for its own time.</summary>
public static class PatientsRetention
{
    private const string FindLooks = "SELECT actor, patient FROM patients_looks WHERE last < $1 LIMIT $2";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<RetainedKind> Kinds { get; } = [new("looks", PatientLooks.Looks, FindLooks, Days: 400, LeastDays: 30)];
}

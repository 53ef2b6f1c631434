using Tandem.Kernel.Data;

namespace Tandem.Care.Pathways;

/// <summary>Which facts are behind a loop: asked at the first question, once for all patients who may be asked about.</summary>
/// <param name="reading">The data as they are now.</param>
/// <param name="patients">Logical ids.</param>
internal sealed class KnownCauses(DbSession reading, IEnumerable<string> patients)
{
    private HashSet<(string Patient, string Fact)>? known;

    /// <summary>True when a fact of one of the patients is behind a loop.</summary>
    internal bool Hold(string patient, string fact) => (known ??= Read()).Contains((patient, fact));

    private HashSet<(string Patient, string Fact)> Read()
    {
        var found = new HashSet<(string Patient, string Fact)>();
        var arguments = new DbValue[PathwayTables.PatientsAtOnce];
        foreach (var some in patients.Distinct().Chunk(arguments.Length))
        {
            for (var i = 0; i < arguments.Length; i++)
                arguments[i] = some[Math.Min(i, some.Length - 1)];
            reading.ForEach(PathwayTables.ReadCausesOfMany, row => found.Add((row.Text(0), row.Text(1))), arguments);
        }

        return found;
    }
}

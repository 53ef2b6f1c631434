namespace Tandem.Fhir.FhirPath;

/// <summary>
/// What evaluations may take: units of work, about one per item touched, and time in regular expressions, whose work nobody
/// can count. All evaluations with a context that has one draw on it. Not thread-safe.
/// </summary>
/// <param name="work">The units.</param>
public sealed class FhirPathBudget(long work)
{
    private long work = work;
    private TimeSpan matching = TimeSpan.FromSeconds(2);

    /// <summary>Takes units of work; false when there are not as many left.</summary>
    public bool Take(long units) => (work -= units) >= 0;

    internal bool TakeMatching(TimeSpan time) => (matching -= time) >= TimeSpan.Zero;
}

using Tandem.Fhir.Json;
using Tandem.Fhir.Search;
using Tandem.Fhir.Views;
using Tandem.Kernel.Actors;
using Tandem.Record.Log;

namespace Tandem.Record.Bulk;

/// <summary>Who is in a group at an instant: its members who are not inactive and within the period of their membership, and those of the groups among them (R4 Group.member).</summary>
/// <param name="record">Where groups are read.</param>
/// <param name="scope">On whose behalf: a group out of its reach has no members.</param>
/// <param name="own">The record's own addresses.</param>
/// <param name="zone">The zone of dates that name none.</param>
/// <param name="at">The instant.</param>
internal sealed class GroupRoll(RecordStore record, AccessScope scope, OwnAddresses own, TimeZoneInfo zone, DateTimeOffset at)
{
    private readonly long now = at.ToUnixTimeMilliseconds();

    /// <summary>The logical ids of the patients of a group; null when it is not there.</summary>
    internal HashSet<string>? Of(string id)
    {
        if (!record.Read("Group", id, scope).Succeeded(out var first, out _))
            return null;
        var (patients, seen, waiting) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal) { id }, new Queue<FhirNode>([first.Root]));
        while (waiting.TryDequeue(out var group))
        {
            foreach (var named in Named(group))
            {
                if (PatientReference.IdIn(named, own) is { } patient)
                    patients.Add(patient);
                else if (GroupIn(named) is { } inner && seen.Add(inner) && record.Read("Group", inner, scope).Succeeded(out var version, out _))
                    waiting.Enqueue(version.Root);
            }
        }

        return patients;
    }

    private IEnumerable<string?> Named(FhirNode group) => group["member"u8].Items.AsEnumerable()
        .Where(member => member["inactive"u8].Boolean != true && IsWithin(new Period(member["period"u8])))
        .Select(member => member["entity"u8]["reference"u8].Text);

    private bool IsWithin(Period period) => period.Interval(zone) is not var (low, high) || (low <= now && now < high);

    private string? GroupIn(string? reference) => own.Relative(reference)?.Split('/') is ["Group", var id, ..] ? id : null;
}

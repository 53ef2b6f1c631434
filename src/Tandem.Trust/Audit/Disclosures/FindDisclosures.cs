using Tandem.Fhir.Json;
using Tandem.Kernel.Actors;
using Tandem.Record.Log;
using Tandem.Trust.Access;
using Tandem.Trust.Organizations;
using Tandem.Trust.People;
using Tandem.Trust.Smart;

namespace Tandem.Trust.Audit;

/// <summary>Puts together the accounting of a patient's disclosures: from the access log, and what was noted by hand. Who may see it is for the page to decide.</summary>
internal sealed class FindDisclosures(AuditStore audit, RecordStore record, TimeProvider clock)
{
    /// <summary>What the access log says when a statement was handed out.</summary>
    internal const string GivenAct = "disclosures-given";

    private const int Some = 500;

    internal const string ReadOfPatient =
        $"SELECT {AuditRow.Columns} FROM audit_events WHERE seq IN ("
        + "SELECT seq FROM (SELECT seq FROM audit_events WHERE patient = $1 AND seq > $2 AND at >= $3 AND at < $4 AND outcome = 0 ORDER BY seq LIMIT 500) AS alone UNION ALL "
        + "SELECT seq FROM (SELECT e.seq FROM audit_patients p JOIN audit_events e ON e.seq = p.seq WHERE p.patient = $1 AND p.seq > $2 AND e.at >= $3 AND e.at < $4 AND e.outcome = 0 "
        + "ORDER BY p.seq LIMIT 500) AS among) ORDER BY seq LIMIT 500";

    /// <summary>True when somebody may see the statement of a patient: the person, who stands for them, and who answers for privacy.</summary>
    internal bool IsFor(string patient, AccessScope scope) => FindAccess.IsFor(scope) || (scope.Role is "patient" or "proxy" && record.Read("Patient", patient, scope).Refusal is null);

    /// <summary>The accounting of the last years.</summary>
    /// <param name="patient">Logical id.</param>
    /// <param name="years">1 to <see cref="Accounting.MostYears"/>.</param>
    internal async Task<Accounting> OfAsync(string patient, int years)
    {
        await audit.SettleAsync();
        var to = clock.GetUtcNow();
        var from = to.AddYears(-years);
        var (told, given) = (new List<(AuditRow Row, AuditDetail Detail, DisclosureKind Kind)>(), new List<(DateTimeOffset, string)>());
        foreach (var row in Rows(patient, from, to))
        {
            if (row.Event.Interaction == GivenAct)
                given.Add((row.Event.At, row.Event.Actor));
            var detail = row.Detail;
            if (DisclosureReading.KindOf(row.Event, detail) is { } kind)
                told.Add((row, detail, kind));
        }

        var all = told.GroupBy(one => (one.Kind, Recipient: DisclosureReading.RecipientOf(one.Row.Event, one.Detail, one.Kind), one.Detail.Organization, one.Detail.Purpose, Apart: one.Kind == DisclosureKind.Emergency ? one.Row.Seq : 0))
            .Select(group => LineOf(group.Key.Kind, group.Key.Recipient, group.Key.Organization, group.Key.Purpose, [.. group]))
            .Concat(Noted(patient, from, to).Select(LineOf));
        var suspended = Suspensions(patient).Where(one => one.IsInForce(to)).ToList();
        var lines = all.OrderByDescending(line => line.Last).Select(line => (Line: line, By: suspended.Find(one => one.Holds(line)))).ToList();
        return new(
            patient, from, to, [.. lines.Where(one => one.By is null).Select(one => one.Line)], [.. lines.Where(one => one.By is not null).Select(one => (one.Line, one.By!))],
            record.Database.Read(session => session.Query(SummedStudy.ReadOfTime, SummedStudy.Read, from, to)), [.. given.OrderByDescending(one => one.Item1)]);
    }

    /// <summary>What agencies asked to hold back of a patient's statement, of before too; the latest first. For who answers for privacy.</summary>
    internal IReadOnlyList<DisclosureSuspension> Suspensions(string patient) =>
        record.Database.Read(session => session.Query(DisclosureSuspension.ReadOfPatient, DisclosureSuspension.Read, patient));

    /// <summary>
    /// Of the events of a patient's record those that the patient may see: not that a disclosure was noted or taken back, which the statement tells, nor what an agency had held back.
    /// </summary>
    internal IReadOnlyList<AuditRow> ToldToPatient(string patient, IReadOnlyList<AuditRow> rows)
    {
        var suspended = Suspensions(patient).Where(one => one.IsInForce(clock.GetUtcNow())).ToList();
        return [.. rows.Where(row => row.Event.Interaction is not (NoteDisclosure.NotedAct or NoteDisclosure.TakenBackAct) && !IsHeld(row, suspended))];
    }

    /// <summary>What was noted by hand, for those who note.</summary>
    internal IReadOnlyList<NotedDisclosure> Noted(string patient, DateTimeOffset from, DateTimeOffset to) =>
        record.Database.Read(session => session.Query(NotedDisclosure.ReadOfPatient, NotedDisclosure.Read, patient, from, to));

    /// <summary>A line of what was noted.</summary>
    internal static Disclosure LineOf(NotedDisclosure noted) =>
        new(DisclosureKind.Noted, noted.At, noted.At, 1, noted.Recipient, noted.Address, noted.What, DisclosureWords.PurposeOf(noted.Purpose)) { Noted = noted };

    private bool IsHeld(AuditRow row, List<DisclosureSuspension> suspended)
    {
        if (suspended.Count == 0)
            return false;
        var detail = row.Detail;
        if (DisclosureReading.KindOf(row.Event, detail) is not { } kind)
            return false;
        var line = LineOf(kind, DisclosureReading.RecipientOf(row.Event, detail, kind), detail.Organization, detail.Purpose, [(row, detail, kind)]);
        return suspended.Exists(one => one.Holds(line));
    }

    private IEnumerable<AuditRow> Rows(string patient, DateTimeOffset from, DateTimeOffset to)
    {
        for (var after = 0L; ;)
        {
            var some = audit.Database.Read(session => session.Query(ReadOfPatient, AuditRow.Read, patient, after, from, to));
            foreach (var row in some.SelectMany(row => row.Each()).Where(row => row.Event.Patient == patient))
                yield return row;
            if (some.Count < Some)
                yield break;
            after = some[^1].Seq;
        }
    }

    private Disclosure LineOf(DisclosureKind kind, string recipient, string? organization, string purpose, IReadOnlyList<(AuditRow Row, AuditDetail Detail, DisclosureKind Kind)> events)
    {
        var client = recipient.StartsWith("Device/", StringComparison.Ordinal) ? record.Database.Read(session => session.First(SmartClient.ReadOne, SmartClient.Read, recipient["Device/".Length..])) : null;
        var house = organization ?? client?.Organization;
        var name = kind != DisclosureKind.App && events[^1].Detail.Name is { Length: > 0 } told ? told : client?.Name ?? ReachedNames.OfActor(record, recipient);
        var types = events.SelectMany(one => DisclosureReading.TypesOf(one.Detail, kind)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(type => (string)DataWords.Of(type)).Distinct().ToList();
        var what = kind == DisclosureKind.App ? DisclosureWords.LetIn.With(string.Join(", ", types)) : string.Join(", ", types);
        return new(kind, events[0].Row.Event.At, events[^1].Row.Event.At, events.Count, HouseOf(house) is { Length: > 0 } at ? DisclosureWords.AtHouse.With(name, at) : name, AddressOf(house), what, WhyOf(kind, purpose, events[0].Detail))
        {
            Rows = [.. events.Select(one => one.Row)],
        };
    }

    private string WhyOf(DisclosureKind kind, string purpose, AuditDetail detail) => kind switch
    {
        DisclosureKind.App => DisclosureWords.AtYourRequest,
        DisclosureKind.Emergency => record.Database.Read(session => session.First(EmergencyAccess.ReadOne, row => row.Text(7), detail.How)) switch
        {
            EmergencyAccess.NotJustified => DisclosureWords.NotJustified,
            null or "" => DisclosureWords.EmergencyWaits,
            _ => DisclosureWords.EmergencyReviewed,
        },
        _ => AuditWords.PurposeOf(purpose),
    };

    private string HouseOf(string? organization) => organization?.Split('/') is ["Organization", var id] ? FindOrganizations.One(record, id)?.Name ?? "" : "";

    private string AddressOf(string? organization)
    {
        if (organization?.Split('/') is not ["Organization", var id] || !record.Read("Organization", id, AccessScope.System).Succeeded(out var house, out _))
            return "";
        var address = house.Root["address"u8].First;
        var town = string.Join(' ', new[] { address["city"u8].Text, address["state"u8].Text, address["postalCode"u8].Text }.Where(part => part is not null));
        return string.Join(", ", address["line"u8].Items.AsEnumerable().Select(line => line.Text).Append(town).Where(part => !string.IsNullOrEmpty(part)));
    }
}

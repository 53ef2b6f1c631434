using System.Globalization;
using System.Text.Json.Nodes;
using Tandem.Fhir.Json;
using Tandem.Fhir.Views;
using Tandem.Kernel;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Kernel.Pages;
using Tandem.Record.Access;
using Tandem.Record.Log;
using Tandem.Trust.People;
using Tandem.Trust.SignIn;

namespace Tandem.Trust.Access;

/// <summary>What is asked about a representative.</summary>
/// <param name="Name">How they are called.</param>
/// <param name="Relationship">One of <see cref="PortalWords.Relationships"/>: HL7 v3 RoleCode.</param>
/// <param name="LastDay">The last day they stand for the patient, or null.</param>
/// <param name="IsAgreed">That the patient agreed: kept as a Consent. Needed of adults.</param>
public sealed record RepresentativeForm(string Name, string Relationship, DateOnly? LastDay, bool IsAgreed);

/// <summary>
/// A patient, or somebody who stands for one, gets an account and a link that works once. Who looks after the patient does it, from the record's page. Doing it again gives a new link;
/// ending it ends their sessions with the next request.
/// </summary>
public sealed class OpenPortal(RecordStore record, SignInLinks links, Sessions sessions, SignInJournal journal, SiteSettings site, TimeProvider clock)
{
    private const string PatientRole = "patient";
    private const string ProxyRole = "proxy";
    private const int LongestName = 200;

    private static readonly string[] MayOpen = ["coordinator", "front-desk", "nurse", "nurse-lead", "physician", "social-worker"];

    /// <summary>True for who lets patients in.</summary>
    public static bool IsOffered(AccessScope scope) => scope.Role == "system" || MayOpen.Contains(scope.Role);

    /// <summary>True for an adult by the site's day, and when the birth date is not known.</summary>
    internal bool IsAdult(ResourceVersion patient, DateTimeOffset now) => Representation.AgeOf(patient.Root["birthDate"u8].Text, Today(now)) >= Representation.AdultFrom;

    /// <summary>Lets the patient in, or a representative whom the record names already.</summary>
    /// <param name="patient">Whose record (logical id).</param>
    /// <param name="account">The patient's id, or the id of a RelatedPerson of the patient.</param>
    /// <param name="scope">Who does it.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>The path of a link that works once; NotFound for who does not reach the patient or may not.</returns>
    public Task<Outcome<string>> OpenAsync(string patient, string account, AccessScope scope, CancellationToken cancel) => LetInAsync(
        patient,
        scope,
        (session, version) => account == patient ? (account, HumanName.Of(version.Root["name"u8].First).Words, PatientRole)
            : RelatedOf(session, patient, account) is { } related ? (account, HumanName.Of(related.Root["name"u8].First).Words, ProxyRole)
            : Refusal.NotFound(PortalWords.NobodyLikeThis),
        cancel);

    /// <summary>Keeps a new representative and lets them in.</summary>
    /// <returns>As <see cref="OpenAsync"/>; Invalid with details by the form's fields.</returns>
    public Task<Outcome<string>> AddAsync(string patient, RepresentativeForm form, AccessScope scope, CancellationToken cancel) => LetInAsync(
        patient,
        scope,
        (session, version) =>
        {
            var (now, today) = (session.ClockNow, Today(session.ClockNow));
            var isAdult = IsAdult(version, now);
            if (Decide(form, isAdult, today) is { Count: > 0 } problems)
                return Refusal.Invalid("The representative cannot be kept like this.", problems);
            var id = Ids.New(clock);
            session.PutIfChanged("RelatedPerson", id, Related(patient, form, today));
            if (isAdult)
                session.PutIfChanged("Consent", Ids.From("portal", patient, id), Agreement(patient, id, form, now));
            return (id, form.Name.Trim(), ProxyRole);
        },
        cancel);

    /// <summary>Ends what an account may: a representative stands for the patient no more. The account of one who stands for others too stays open for them.</summary>
    public Task<Outcome<string>> EndAsync(string patient, string account, AccessScope scope, CancellationToken cancel)
    {
        if (Unreached(patient, scope) is { } refusal)
            return Task.FromResult<Outcome<string>>(refusal);
        return record.WriteAsync<string>(
            Administration.Writing(scope),
            session =>
            {
                var related = account == patient ? null : RelatedOf(session, patient, account);
                if ((account != patient && related is null) || IsOfStaff(session, account))
                    return Refusal.NotFound(PortalWords.NobodyLikeThis);
                if (related is not null)
                {
                    var json = JsonTree.Of(related.Root).AsObject();
                    json["active"] = false;
                    session.PutIfChanged("RelatedPerson", account, json);
                }

                foreach (var one in related is null ? [account] : AccountsOnlyOf(session, related))
                    Close(session, one, scope);
                session.Acted(new TrailAct("portal-ended", ActKind.Permission, account) { Patient = patient });
                return account;
            },
            cancel);
    }

    /// <summary>What is wrong with a form.</summary>
    internal static IReadOnlyList<RefusalDetail> Decide(RepresentativeForm form, bool isAdult, DateOnly today)
    {
        var problems = new List<RefusalDetail>();
        if (string.IsNullOrWhiteSpace(form.Name) || form.Name.Length > LongestName)
            problems.Add(new("required", PortalWords.NameMissing, "name"));
        if (!PortalWords.Relationships.ContainsKey(form.Relationship))
            problems.Add(new("value", PortalWords.RelationshipMissing, "relationship"));
        if (form.LastDay < today)
            problems.Add(new("value", PeopleWords.EndInPast, "until"));
        if (isAdult && !form.IsAgreed)
            problems.Add(new("required", PortalWords.AgreementMissing, "agreed"));
        return problems;
    }

    private async Task<Outcome<string>> LetInAsync(
        string patient, AccessScope scope, Func<WriteSession, ResourceVersion, Outcome<(string Account, string Name, string Role)>> who, CancellationToken cancel)
    {
        if (Unreached(patient, scope) is { } refusal)
            return refusal;
        var written = await record.WriteAsync<string>(
            Administration.Writing(scope),
            session =>
            {
                if (session.Find("Patient", patient) is not { Deleted: false } version)
                    return Refusal.NotFound(PortalWords.NobodyLikeThis);
                if (!who(session, version).Succeeded(out var found, out var no))
                    return no;
                if (IsOfStaff(session, found.Account))
                    return Refusal.Conflict(PortalWords.OtherAccount);
                Stage(session, found.Account, found.Name, found.Role, scope);
                session.Acted(new TrailAct("portal-opened", ActKind.Permission, found.Role) { Subjects = [found.Role == PatientRole ? "Patient/" + found.Account : "RelatedPerson/" + found.Account], Patient = patient });
                return found.Account;
            },
            cancel);
        return written.Succeeded(out var account, out refusal) ? await links.NewPersonPathAsync(account, InvitePerson.Lasts, cancel) : refusal;
    }

    private Refusal? Unreached(string patient, AccessScope scope) => IsOffered(scope) && record.Read("Patient", patient, scope).Succeeded(out _, out _)
        ? null
        : Refusal.NotFound(PortalWords.NotForYou);

    /// <summary>An account that was closed is opened again; the role is held once.</summary>
    private void Stage(WriteSession session, string id, string name, string role, AccessScope scope)
    {
        var known = session.Query(FindPeople.ReadOne, Account.Read, id).FirstOrDefault();
        StagePerson.Account(session, known is null ? new Account(id, name, null, null, true, null, null, null, session.Now) : known with { Display = name, Active = true }, isPublished: false);
        if (!session.Query(FindPeople.ReadRoles, RoleGrant.Read, id).Any(held => held.Role == role && held.HoldsAt(session.ClockNow)))
            StagePerson.Role(session, new RoleGrant(id, null, role, session.ClockNow, null), name);
        if (known is not { Active: true })
            journal.Note(session, new SignInEvent(SignInAct.AccountSaved, id, "portal", By: scope.Actor.Reference) { Reference = Person.ReferenceOf(id, role) });
    }

    /// <summary>True for an account of somebody who works here: whoever may choose the id of a patient or RelatedPerson must not come by its link.</summary>
    private static bool IsOfStaff(WriteSession session, string id) => session.Query(FindPeople.ReadOne, Account.Read, id).Count > 0
        && StagePerson.WorksHere(session.Query(FindPeople.ReadRoles, RoleGrant.Read, id));

    /// <summary>The accounts of a representative that stand for nobody else, now or later.</summary>
    private List<string> AccountsOnlyOf(WriteSession session, ResourceVersion related) =>
    [
        .. session.Query(Representation.ReadAccountsOf, row => row.Text(0), related.Id).Append(related.Id).Distinct().Where(account =>
            session.Query(Representation.ReadOthers, row => row.Text(0), account, related.Id, session.ClockNow, AccessTables.ClockOf(site.At(session.ClockNow))).Count == 0
            && session.Query(FindPeople.ReadRoles, RoleGrant.Read, account) is { Count: > 0 } roles && roles.All(held => held.Role == ProxyRole)),
    ];

    private void Close(WriteSession session, string account, AccessScope scope)
    {
        if (session.Query(FindPeople.ReadOne, Account.Read, account).FirstOrDefault() is not { Active: true } open)
            return;
        StagePerson.Account(session, open with { Active = false }, isPublished: false);
        journal.Note(session, new SignInEvent(SignInAct.AccountClosed, account, "portal", By: scope.Actor.Reference));
        sessions.RevokeAll(session, account, _ => true, scope.Actor);
    }

    private static ResourceVersion? RelatedOf(WriteSession session, string patient, string id) =>
        session.Find("RelatedPerson", id) is { Deleted: false } found && found.Patient == patient ? found : null;

    private static JsonObject Related(string patient, RepresentativeForm form, DateOnly today)
    {
        var period = new JsonObject { ["start"] = Day(today) };
        if (form.LastDay is { } last)
            period["end"] = Day(last);
        return new JsonObject
        {
            ["resourceType"] = "RelatedPerson",
            ["active"] = true,
            ["patient"] = new JsonObject { ["reference"] = "Patient/" + patient },
            ["relationship"] = new JsonArray(new JsonObject { ["coding"] = new JsonArray(new JsonObject { ["system"] = "http://terminology.hl7.org/CodeSystem/v3-RoleCode", ["code"] = form.Relationship }) }),
            ["name"] = new JsonArray(new JsonObject { ["text"] = form.Name.Trim() }),
            ["period"] = period,
        };
    }

    /// <summary>That an adult agreed to be represented.</summary>
    private static JsonObject Agreement(string patient, string related, RepresentativeForm form, DateTimeOffset now)
    {
        var provision = new JsonObject
        {
            ["type"] = "permit",
            ["actor"] = new JsonArray(new JsonObject
            {
                ["role"] = Coded("http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "IRCP"), ["reference"] = new JsonObject { ["reference"] = "RelatedPerson/" + related },
            }),
        };
        if (form.LastDay is { } last)
            provision["period"] = new JsonObject { ["end"] = Day(last) };
        return new JsonObject
        {
            ["resourceType"] = "Consent",
            ["status"] = "active",
            ["scope"] = Coded("http://terminology.hl7.org/CodeSystem/consentscope", "patient-privacy"),
            ["category"] = new JsonArray(Coded("https://tandem.example/fhir/CodeSystem/consent-category", ConsentReading.Representative)),
            ["patient"] = new JsonObject { ["reference"] = "Patient/" + patient },
            ["dateTime"] = now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            ["policyRule"] = Coded("http://terminology.hl7.org/CodeSystem/v3-ActCode", "OPTIN"),
            ["provision"] = provision,
        };
    }

    private static JsonObject Coded(string system, string code) => new() { ["coding"] = new JsonArray(new JsonObject { ["system"] = system, ["code"] = code }) };

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private DateOnly Today(DateTimeOffset now) => DateOnly.FromDateTime(site.At(now).DateTime);
}

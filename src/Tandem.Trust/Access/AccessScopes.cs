using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Kernel.Pages;
using Tandem.Record.Log;
using Tandem.Trust.Organizations;
using Tandem.Trust.People;

namespace Tandem.Trust.Access;

/// <summary>
/// Makes scopes: what a member may see and do by the policy of the role, the tree of organisations, whom they represent, and what they opened in an
/// emergency. Made for each request, so that a change of any of them holds for the next. Thread-safe.
/// </summary>
public sealed class AccessScopes(RecordStore record, PoliciesInForce policies, SiteSettings site, TimeProvider clock)
{
    internal const string ReadAbove =
        "WITH RECURSIVE above(id) AS (SELECT o.part_of AS id FROM organizations_tree o WHERE o.id = $1 UNION SELECT o.part_of FROM organizations_tree o JOIN above a ON o.id = a.id) "
        + "SELECT a.id FROM above a WHERE a.id IS NOT NULL";

    /// <summary>What a system is shown only by a consent that names it.</summary>
    private static readonly string[] SystemsWithheld = [ConsentReading.SubstanceUse, ConsentReading.CounsellingNotes, "V"];

    /// <summary>The scope of somebody now; it reaches nothing when no policy of the role is in force.</summary>
    public AccessScope Of(Member member) => With(member, PolicyOf(member.Role));

    /// <summary>The policy of a role that is in force on the site's day; null when there is none.</summary>
    internal AccessPolicy? PolicyOf(string role) => policies.Of(role, DateOnly.FromDateTime(Now.DateTime));

    /// <summary>The scope that somebody would have by another policy: a draft, for whoever tries it.</summary>
    public AccessScope With(Member member, AccessPolicy? policy)
    {
        var scope = new AccessScope(new Actor(member.Reference, member.Display), member.Organization, member.Role, member.Purpose, Reach.NoOne) { Teams = member.Teams };
        return policy is not { Rules.Count: > 0 } ? scope : scope with { Reach = Reach.Limited(Layer(member, policy)) };
    }

    /// <summary>
    /// The scope of a service or system of an organisation: patients whom the organisation or those below it treat or have registered, what belongs to nobody,
    /// and nothing specially protected unless a consent names it. It may do what its own layers allow.
    /// </summary>
    public AccessScope OfSystem(Actor actor, string organization, string role, string purpose)
    {
        var layer = record.Database.Read(session => new AccessLayer($"systems of {organization}",
        [
            new Grant(Interactions.All, [], Whose.NoOnes),
            new Grant(Interactions.All, [], Whose.Related(TimeSpan.Zero)) { Withheld = SystemsWithheld, AsksConsent = true },
        ])
        {
            Parties = [actor.Reference, .. Organizations(session, organization, below: true)],
            Recipients = [actor.Reference, .. Above(session, organization)],
            Purpose = purpose,
            At = Now,
        });
        return new AccessScope(actor, organization, role, purpose, Reach.Limited(layer));
    }

    /// <summary>The scope of somebody, kept for later, as it is now: by the role that is still theirs, narrowed as it was by the layers of apps.</summary>
    public AccessScope Renew(AccessScope kept)
    {
        if (!kept.Reach.IsLimited)
            return kept;
        var actor = kept.Actor.Reference;
        if (actor.StartsWith("Practitioner/", StringComparison.Ordinal) && !Holds(actor["Practitioner/".Length..], kept.Role, kept.Organization))
            return kept with { Reach = Reach.NoOne };
        var now = Of(new Member(actor, kept.Actor.Display, kept.Role, kept.Organization, kept.Teams, kept.Purpose));
        return kept.Reach.Layers.Skip(1).Aggregate(now, (scope, layer) => scope.Narrow(layer));
    }

    private bool Holds(string person, string role, string? organization)
    {
        var now = clock.GetUtcNow();
        return FindPeople.One(record, person) is not { Active: false }
            && FindPeople.RolesOf(record, person).Any(grant => grant.Role == role && grant.HoldsAt(now) && (organization is null || organization == "Organization/" + grant.Organization));
    }

    private AccessLayer Layer(Member member, AccessPolicy policy)
    {
        var now = Now;
        return record.Database.Read(session =>
        {
            List<string> self = [member.Reference, .. member.Teams];
            List<Grant> grants = [.. policy.Rules.SelectMany(rule => GrantsOf(rule, session, member, now))];
            var opened = EmergencyAccess.Open(session, member.Reference, now);
            if (opened.Count > 0)
                grants.Add(EmergencyAccess.GrantOf(opened));
            return new AccessLayer($"{policy.Role} {policy.Version}", grants)
            {
                Parties = [.. self, .. Organizations(session, member.Organization, policy.Below)],
                Recipients = [.. self, .. Representation.SelvesOf(session, member.Reference, now), .. Above(session, member.Organization)],
                Purpose = member.Purpose,
                At = now,
                Hidden = policy.Hidden,
            };
        });
    }

    /// <summary>Now on the site's clock: birthdays, and days of policies, relationships and consents, begin and end at its midnight.</summary>
    private DateTimeOffset Now => site.At(clock.GetUtcNow());

    private static IEnumerable<Grant> GrantsOf(PolicyRule rule, DbSession session, Member member, DateTimeOffset now)
    {
        var grant = new Grant(rule.Interactions, rule.Types, Whose.Anyone) { Query = rule.Query, Withheld = rule.Withheld, Needs = rule.Needs, AsksConsent = rule.AsksConsent };
        return rule.Whose switch
        {
            PolicyWhose.Directory => [grant with { Whose = Whose.NoOnes }],
            PolicyWhose.Related => [grant with { Whose = Whose.Related(rule.Afterwards) }],
            PolicyWhose.Own when member.Reference.StartsWith("Patient/", StringComparison.Ordinal) => [grant with { Whose = Whose.Of(member.Reference["Patient/".Length..]) }],
            PolicyWhose.Represented => Representation.GrantsOf(grant, session, member.Reference, now),
            PolicyWhose.Everyone => [grant],
            _ => [],
        };
    }

    private static IEnumerable<string> Organizations(DbSession session, string? organization, bool below)
    {
        if (organization is null)
            return [];
        return below ? FindOrganizations.Within(session, organization.Split('/')[^1]).Select(id => "Organization/" + id) : [organization];
    }

    private static IEnumerable<string> Above(DbSession session, string? organization) => organization is null
        ? []
        : session.Query(ReadAbove, row => "Organization/" + row.Text(0), organization.Split('/')[^1]).Prepend(organization).Distinct();
}

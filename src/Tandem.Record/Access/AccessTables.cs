using Tandem.Kernel.Data;

namespace Tandem.Record.Access;

/// <summary>
/// What a limited reach is asked of: who has to do with whom, what is sensitive, who agreed to what. Trust fills them by projections, so they
/// change in the commit of what they come from and can be rebuilt; the record only reads them, inside its queries.
/// </summary>
public static class AccessTables
{
    /// <summary>The end of what has none.</summary>
    public const long NoEnd = long.MaxValue;

    /// <summary>Before every day, and after every day, on the clock of the site.</summary>
    public const long NoDayBegin = long.MinValue / 2;

    /// <inheritdoc cref="NoDayBegin"/>
    public const long NoDayEnd = long.MaxValue / 2;

    /// <summary>
    /// A day, month or year without a time begins and ends at the midnights of the site, so rows keep it as the site's clock shows it (milliseconds since 1970, as if that clock were UTC), beside the
    /// bounds that are moments. So rows are the same whatever the site's zone is, and another zone holds with the next request.
    /// </summary>
    /// <param name="at">A moment whose offset is the site's.</param>
    public static long ClockOf(DateTimeOffset at) => (at.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMillisecond;

    /// <summary>A resource type as the rows number it.</summary>
    public static long TypeNumber(string type) => Search.SearchTables.TypeNumber(type);

    /// <summary>
    /// A party (FHIR reference of a person, organisation or team) has to do with a patient (logical id), for the reason that stands in the resource
    /// <c>rid</c>, until a moment and until a day (both exclusive; milliseconds since 1970 UTC, and see <see cref="ClockOf"/>).
    /// </summary>
    public static readonly Table Relations = new(
        "access_relations",
        TableKind.Rows,
        [new("patient", DbKind.Text), new("party", DbKind.Text), new("rid", DbKind.Integer), new("basis", DbKind.Text)],
        [new("until", DbKind.Integer), new("until_day", DbKind.Integer)],
        [new("party", "party, patient, until")]);

    /// <summary>
    /// The resource <c>rid</c> bears a label; <c>type</c> and <c>target</c> are its type and id as the search index keeps them in references, so that
    /// what points to it is found too. Its holder (FHIR reference; empty when none is known) may see it all the same. <c>by</c> says who put it on.
    /// </summary>
    public static readonly Table Labels = new(
        "access_labels",
        TableKind.Rows,
        [new("rid", DbKind.Integer), new("label", DbKind.Text)],
        [new("type", DbKind.Integer), new("target", DbKind.Integer), new("holder", DbKind.Text), new("by_rule", DbKind.Text)],
        [new("target", "target, type, label, holder, rid")]);

    /// <summary>The Group or Person <c>rid</c> has this patient (logical id) for a member, or is linked to it; empty where it has one that cannot be told: an address elsewhere, an identifier, a name, somebody who is contained.</summary>
    public static readonly Table Members = new("access_members", TableKind.Rows, [new("rid", DbKind.Integer), new("patient", DbKind.Text)], [], []);

    /// <summary>The resource <c>rid</c> belongs to no patient of the hub and is about somebody who cannot be told, see <see cref="Strangers"/>.</summary>
    public static readonly Table Strangers = new("access_strangers", TableKind.Rows, [new("rid", DbKind.Integer)], [], []);

    /// <summary>
    /// What a patient agreed to (permit 1) or refused (0) in the Consent <c>rid</c>: towards a party (<c>*</c>: anybody), about what bears a label
    /// (<c>*</c>: everything), for a purpose of use (empty: any), from a moment to another and from a day to another (exclusive, see <see cref="ClockOf"/>). Of one Consent the deeper provision goes before
    /// the one above it (R4 Consent.provision). It is about looking (<c>acts</c> 1), writing (2) or both (3). When <c>limited</c> is 1 it reaches only some of the record, see
    /// <see cref="ConsentLimit"/>: a class of resources, a code (hashes; 0 for any), a resource (<c>data_</c>) and, with <c>pointing</c>, what points to it, what happened in a period.
    /// </summary>
    public static readonly Table Consents = new(
        "access_consents",
        TableKind.Rows,
        [new("patient", DbKind.Text), new("rid", DbKind.Integer), new("n", DbKind.Integer)],
        [
            new("permit", DbKind.Integer), new("depth", DbKind.Integer), new("party", DbKind.Text), new("label", DbKind.Text), new("purpose", DbKind.Text),
            new("since", DbKind.Integer), new("until", DbKind.Integer), new("acts", DbKind.Integer), new("limited", DbKind.Integer), new("class", DbKind.Text),
            new("class_hash", DbKind.Integer), new("code", DbKind.Integer), new("system", DbKind.Integer), new("data_type", DbKind.Integer), new("data_hash", DbKind.Integer),
            new("data_id", DbKind.Integer), new("pointing", DbKind.Integer), new("data_since", DbKind.Integer), new("data_until", DbKind.Integer),
            new("since_day", DbKind.Integer), new("until_day", DbKind.Integer), new("data_since_day", DbKind.Integer), new("data_until_day", DbKind.Integer),
        ],
        []);
}

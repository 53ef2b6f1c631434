using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Access;

namespace Tandem.Record.Deidentifying;

/// <summary>
/// What of the record may be used for research: nothing that a patient refused for it (or for everything), and nothing that bears a sensitivity label unless a consent permits that label for research.
/// What points to such a record is left out with it.
/// </summary>
internal static class ResearchReach
{
    /// <summary>HL7 v3 PurposeOfUse: healthcare research.</summary>
    internal const string Purpose = "HRESCH";

    private const string ReadLabels = "SELECT DISTINCT label FROM access_labels ORDER BY label";

    /// <summary>The reach at a moment. Consents count that are given to anybody, or to one of the recipients.</summary>
    /// <param name="record">Knows which labels there are.</param>
    /// <param name="recipients">Who will use it (FHIR references).</param>
    /// <param name="now">The moment, on the clock of the site.</param>
    internal static AccessScope At(Database record, IReadOnlyList<string> recipients, DateTimeOffset now)
    {
        var labels = record.Read(session => session.Query(ReadLabels, row => row.Text(0)));
        var grant = new Grant(Interactions.Read | Interactions.Search, [], Whose.Anyone) { Withheld = labels, AsksConsent = true };
        var layer = new AccessLayer("research", [grant]) { Recipients = recipients, Purpose = Purpose, At = now };
        return AccessScope.System with { Role = "research", Purpose = Purpose, Reach = Reach.Limited(layer) };
    }
}

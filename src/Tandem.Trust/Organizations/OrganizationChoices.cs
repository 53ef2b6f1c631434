using Tandem.Kernel.Actors;
using Tandem.Kernel.Pages;
using Tandem.Record.Log;
using Tandem.Trust.SignIn;

namespace Tandem.Trust.Organizations;

/// <summary>Organisations to choose from.</summary>
public static class OrganizationChoices
{
    /// <summary>Those that an administrator looks after, as the tree stands, each set in by its depth.</summary>
    public static IReadOnlyList<Choice> Within(RecordStore record, AccessScope scope)
    {
        var within = Administration.Within(record, scope);
        return [.. FindOrganizations.Tree(FindOrganizations.All(record)).Where(row => within is null || within.Contains(row.Organization.Id))
            .Select(row => new Choice(row.Organization.Id, new string('\u2003', row.Depth) + row.Organization.Name))];
    }
}

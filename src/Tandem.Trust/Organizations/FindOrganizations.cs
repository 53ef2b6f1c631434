using Tandem.Kernel.Data;
using Tandem.Record.Log;

namespace Tandem.Trust.Organizations;

/// <summary>Reads the tree of organisations. Names of organisations are no secret among those who are signed in.</summary>
public static class FindOrganizations
{
    internal const string ReadOne = "SELECT id, name, kind, part_of, time_zone, active FROM organizations_tree WHERE id = $1";

    internal const string ReadAll = "SELECT id, name, kind, part_of, time_zone, active FROM organizations_tree ORDER BY name, id";

    /// <summary>Everything below an organisation. UNION drops what it met before, so a circle ends.</summary>
    internal const string ReadBelow =
        "WITH RECURSIVE below(id) AS (SELECT o.id FROM organizations_tree o WHERE o.part_of = $1 UNION SELECT o.id FROM organizations_tree o JOIN below b ON o.part_of = b.id) "
        + "SELECT b.id FROM below b";

    /// <summary>One, or null.</summary>
    public static Organization? One(RecordStore record, string id) => record.Database.Read(session => session.First(ReadOne, Read, id));

    /// <summary>All of the region, by name.</summary>
    public static IReadOnlyList<Organization> All(RecordStore record) => record.Database.Read(session => session.Query(ReadAll, Read));

    /// <summary>The ids of an organisation and of everything below it; itself alone when the tree does not know it.</summary>
    public static IReadOnlySet<string> Within(RecordStore record, string id) =>
        record.Database.Read(session => Within(session, id));

    /// <summary>As <see cref="Within(RecordStore, string)"/>, on a session of the caller's.</summary>
    internal static IReadOnlySet<string> Within(DbSession session, string id) =>
        session.Query(ReadBelow, row => row.Text(0), id).Append(id).ToHashSet(StringComparer.Ordinal);

    /// <summary>All as a tree in reading order: each with its depth, those below right after the one above, by name. A circle, which only a foreign
    /// system can have written, is shown from its first member on.</summary>
    public static IReadOnlyList<(Organization Organization, int Depth)> Tree(IReadOnlyList<Organization> all)
    {
        var known = all.Select(one => one.Id).ToHashSet(StringComparer.Ordinal);
        var below = all.ToLookup(one => one.PartOf is { } above && known.Contains(above) ? above : "", StringComparer.Ordinal);
        var shown = new HashSet<string>(StringComparer.Ordinal);
        var tree = new List<(Organization, int)>();

        void Show(Organization one, int depth)
        {
            if (!shown.Add(one.Id))
                return;
            tree.Add((one, depth));
            foreach (var child in below[one.Id])
                Show(child, depth + 1);
        }

        foreach (var top in below[""].Concat(all))
            Show(top, 0);
        return tree;
    }

    internal static Organization Read(DbRow row) => new(
        row.Text(0), row.Text(1), Organization.KindOf(row.Text(2)) ?? OrganizationKind.Other, row.TextOrNull(3), row.TextOrNull(4), row.Integer(5) != 0);
}

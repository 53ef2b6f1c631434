using Tandem.Fhir.Views;
using Tandem.Kernel.Data;
using Tandem.Record.Log;
using Tandem.Record.Projections;

namespace Tandem.Trust.Organizations;

/// <summary>The tree of organisations: one row for each FHIR Organization, with the one it is part of.</summary>
internal sealed class OrganizationProjection(OwnAddresses own) : IProjection
{
    internal static readonly Table Tree = new(
        "organizations_tree",
        TableKind.Rows,
        [new("id", DbKind.Text)],
        [
            new("name", DbKind.Text), new("kind", DbKind.Text), new("part_of", DbKind.Text, Nullable: true),
            new("time_zone", DbKind.Text, Nullable: true), new("active", DbKind.Integer),
        ],
        [new("part_of", "part_of")]);

    public string Name => "organizations-tree";

    public int Version => own.VersionOf(3);

    public IReadOnlyList<Table> Tables => [Tree];

    public bool Wants(string type) => type == "Organization";

    public void Project(ResourceVersion version, RowSink rows)
    {
        var root = version.Root;
        var kind = root["type"u8].Items.AsEnumerable().SelectMany(type => type["coding"u8].Items.AsEnumerable())
            .Where(coding => coding["system"u8].Text == Organization.KindSystem).Select(coding => Organization.KindOf(coding["code"u8].Text)).FirstOrDefault(found => found is not null);
        var zone = root["extension"u8].Items.AsEnumerable().Where(extension => extension["url"u8].Text == Organization.TimeZoneExtension)
            .Select(extension => extension["valueCode"u8].Text).FirstOrDefault();
        var above = own.RelativeKey(root["partOf"u8]["reference"u8].Text);
        rows.Add(
            Tree,
            version.Id,
            root["name"u8].Text is { Length: > 0 } name ? name : version.Id,
            Organization.Word(kind ?? OrganizationKind.Other),
            above?.StartsWith("Organization/", StringComparison.Ordinal) == true ? above["Organization/".Length..] : null,
            zone,
            (root["active"u8].Boolean ?? true) ? 1 : 0);
    }
}

namespace Tandem.Hub.Inventory;

/// <summary>What each table holds, in the words of <c>docs/reference/security.md</c>. A test fails on a table that is not here.</summary>
internal static class TableContents
{
    private const string Records = "health records";
    private const string Accounts = "accounts; secrets as hashes or sealed";
    private const string Workings = "the hub's own working state; no person";

    private static readonly Dictionary<string, string> ByModule = new(StringComparer.Ordinal)
    {
        ["log"] = Records, ["resources"] = Records, ["search"] = Records, ["loops"] = Records, ["patients"] = Records, ["intake"] = Records, ["identity"] = Records, ["pathways"] = Records, ["validation"] = Records,
        ["access"] = "who treats whom, labels, consents, emergency openings",
        ["audit"] = "who saw and did what, when and why", ["record"] = "who did what, on its way to the access log",
        ["disclosures"] = "disclosures made outside of the hub, as staff noted them",
        ["signin"] = Accounts, ["people"] = Accounts, ["teams"] = Accounts, ["provisioning"] = Accounts,
        ["smart"] = "apps; tokens as hashes, keys sealed",
        ["organizations"] = "organisations", ["careteams"] = "who receives which tasks",
        ["bulk"] = "exports and imports: who asked for what",
        ["subscriptions"] = "who is told of what; ids of records",
        ["rest"] = "a secret for the links of pages", ["sealing"] = "which keys close the record; no key",
        ["projection"] = Workings, ["projections"] = Workings, ["reaction"] = Workings, ["reactions"] = Workings, ["retention"] = Workings, ["migrations"] = Workings,
        ["observing"] = Workings,
    };

    /// <summary>What a table holds; empty for one that nobody classed.</summary>
    internal static string HeldIn(string table) => ByModule.GetValueOrDefault(table.Split('_')[0], "");
}

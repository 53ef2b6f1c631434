namespace Tandem.Record.Access;

/// <summary>What the patient of the row <c>d</c> agreed to and refused, as the record has it at the moment asked for.</summary>
internal static class ConsentCondition
{
    /// <summary>No consent permits what bears a label: one has to name the label, for one of the parties, and the purpose or none.</summary>
    internal static string NotPermitted(string label, LayerArguments asked) => "NOT " + Permitted(label, asked);

    /// <summary>A consent permits what bears a label, by its name.</summary>
    internal static string Permitted(string label, LayerArguments asked) => Permitted(label, asked, asked.Acts);

    /// <summary>A consent to share lets the recipient look; what they may write of what they see is the policy's to say.</summary>
    internal static string Shared(string label, LayerArguments asked) => Permitted(label, asked, LayerArguments.Looking);

    private static string Permitted(string label, LayerArguments asked, int acts) =>
        $"EXISTS (SELECT 1 FROM access_consents c WHERE c.patient = d.patient AND c.permit = 1 AND c.label = {label} AND {InForce("c", asked, acts)} AND {ConsentLimit.Permits("c", asked)})";

    /// <summary>
    /// No consent refuses it: neither everything, nor what bears a label of it; a deeper provision of the same consent may permit it again.
    /// </summary>
    internal static string NotRefused(LayerArguments asked) =>
        $"NOT EXISTS (SELECT 1 FROM access_consents c WHERE c.patient = d.patient AND c.permit = 0 AND {InForce("c", asked, asked.Acts)} AND {ConsentLimit.Refuses("c", asked)} "
        + "AND (c.label = '*' OR EXISTS (SELECT 1 FROM access_labels b WHERE b.rid = d.rid AND b.label = c.label)) "
        + $"AND NOT EXISTS (SELECT 1 FROM access_consents p WHERE p.patient = c.patient AND p.rid = c.rid AND p.permit = 1 AND p.depth > c.depth AND {InForce("p", asked, asked.Acts)} AND {ConsentLimit.Permits("p", asked)} "
        + "AND (p.label = '*' OR p.label = c.label OR EXISTS (SELECT 1 FROM access_labels b WHERE b.rid = d.rid AND b.label = p.label))))";

    private static string InForce(string of, LayerArguments asked, int acts) =>
        $"{of}.party IN ('*'{(asked.Recipients.Length > 0 ? ", " : "")}{asked.Recipients}) AND {asked.Purpose($"{of}.purpose")} AND ({of}.acts & {acts}) <> 0 AND {of}.since <= {asked.Now} AND {of}.until > {asked.Now} AND {of}.since_day <= {asked.Clock} AND {of}.until_day > {asked.Clock}";
}

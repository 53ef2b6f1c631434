using Tandem.Kernel.Actors;
using Tandem.Record.Search;

namespace Tandem.Record.Access;

/// <summary>
/// Neither the row <c>d</c> nor anything it points to bears a label that is withheld: a task, a report or a step about a sensitive
/// result tells it as well as the result itself. What points to a task (its steps, messages about it) follows the task's references too. What was deleted bears what it bore.
/// </summary>
internal static class LabelCondition
{
    internal static string NoneOf(Grant grant, LayerArguments asked)
    {
        var withheld = $"b.label IN ({asked.List(grant.Withheld)})";
        if (asked.Recipients.Length > 0)
            withheld += $" AND b.holder NOT IN ({asked.Recipients})";
        if (grant.AsksConsent)
            withheld += $" AND {ConsentCondition.NotPermitted("b.label", asked)}";
        return (asked.Rows == RowKind.MayBeGone ? $"NOT EXISTS (SELECT 1 FROM access_gone b WHERE b.rid = d.rid AND {withheld}) AND " : "")
            + "NOT EXISTS (SELECT 1 FROM access_labels b WHERE b.rid = d.rid AND " + withheld + ") "
            + "AND " + Condition.NotExists(
                "search_references f " + asked.Context.Join("access_labels b", "b.target = f.target AND b.type = f.type"), $"f.rid = d.rid AND {withheld}")
            + " AND " + Condition.NotExists(
                $"search_references f {asked.Context.Join("search_resources s", $"s.type = {asked.TaskNumber} AND s.id_hash = f.target")} "
                + $"{asked.Context.Join("search_references g", "g.rid = s.rid")} {asked.Context.Join("access_labels b", "b.target = g.target AND b.type = g.type")}",
                $"f.rid = d.rid AND f.type = {asked.TaskName} AND {withheld}");
    }
}

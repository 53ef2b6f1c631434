using Tandem.Kernel.Pages;

namespace Tandem.Care.Loops;

/// <summary>What pages say of escalations.</summary>
internal static class EscalationWords
{
    internal static readonly Phrase Escalated = new("Escalated", "Escalado");
    internal static readonly CountPhrase New = new("{0} new", "{0} new", "{0} nuevo", "{0} nuevos");
    internal static readonly CountPhrase Told = new(
        "{0} item escalated to you or your team", "{0} items escalated to you or your team",
        "{0} elemento escalado a usted o a su equipo", "{0} elementos escalados a usted o a su equipo");

    internal static readonly CountPhrase Critical = new("{0} of them critical", "{0} of them critical", "{0} de ellos crítico", "{0} de ellos críticos");
    internal static readonly CountPhrase AllCritical = new("critical", "all of them critical", "crítico", "todos críticos");
    internal static readonly Phrase Show = new("Show", "Mostrar");
    internal static readonly Phrase MoreThan = new("{0}+", "{0}+");
    internal static readonly CountPhrase Waiting = new(
        "{0} item climbed to you, your teams or a colleague you stand in for, and waits until somebody acts: takes it, tries, hands it over or puts it off.",
        "{0} items climbed to you, your teams or a colleague you stand in for, and wait until somebody acts: takes one, tries, hands it over or puts it off.",
        "{0} elemento escaló a usted, a sus equipos o a un colega a quien releva, y espera a que alguien actúe: lo tome, lo intente, lo traspase o lo aplace.",
        "{0} elementos escalaron a usted, a sus equipos o a un colega a quien releva, y esperan a que alguien actúe: los tome, los intente, los traspase o los aplace.");

    internal static readonly Phrase MarkSeen = new("Mark as seen", "Marcar como visto");
    internal static readonly Phrase SeenMeans = new("They stay here until somebody acts.", "Siguen aquí hasta que alguien actúe.");
    internal static readonly Phrase IsNew = new("New to you", "Nuevo para usted");
    internal static readonly Phrase ToWhom = new("to {0}", "a {0}");
    internal static readonly Phrase YouStandIn = new("You stand in", "Usted releva");
    internal static readonly Phrase Empty = new("Nothing waits for you", "Nada espera por usted");
    internal static readonly Phrase EmptyText = new(
        "When nobody acts on an item in time, it climbs to whom its pathway names, and appears here and beside the navigation of every page.",
        "Cuando nadie actúa a tiempo sobre un elemento, este escala a quien indica su vía, y aparece aquí y junto a la navegación de cada página.");
}

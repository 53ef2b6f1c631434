using Tandem.Kernel.Pages;

namespace Tandem.Care.CdsHooks;

/// <summary>What cards say.</summary>
internal static class CdsWords
{
    internal static readonly CountPhrase Open = new(
        "{0} open item of care coordination", "{0} open items of care coordination", "{0} pendiente de coordinación", "{0} pendientes de coordinación");
    internal static readonly Phrase OpenPatient = new("Open the patient in Tandem", "Abrir al paciente en Tandem");
    internal static readonly Phrase DueUntil = new("due {0}", "vence {0}");
    internal static readonly Phrase Overdue = new("overdue since {0}", "vencido desde {0}");
    internal static readonly Phrase More = new("and {0} more", "y {0} más");
}

using Tandem.Kernel.Pages;

namespace Tandem.Care.Patients;

/// <summary>What the page of a person's own record says.</summary>
internal static class OwnWords
{
    internal static readonly Phrase Title = new("My record", "Mi expediente");
    internal static readonly Phrase Lead = new(
        "What the organisations that care for you know, who looked at it, and who can.", "Lo que saben las organizaciones que le atienden, quién lo consultó y quién puede hacerlo.");
    internal static readonly Phrase LeadFor = new(
        "What you may see of the record of {0}, who looked at it, and who can.", "Lo que usted puede ver del expediente de {0}, quién lo consultó y quién puede hacerlo.");
    internal static readonly Phrase Whose = new("Whose record", "De quién es el expediente");
    internal static readonly Phrase None = new("No record is yours to see here", "Aquí no hay ningún expediente que pueda ver");
    internal static readonly Phrase NoneWhy = new(
        "This page is for patients and for those who act for them. Whoever acts for an adult needs the adult's consent.",
        "Esta página es para pacientes y para quienes actúan por ellos. Quien actúa por una persona adulta necesita su consentimiento.");
    internal static readonly Phrase NoneDo = new("Ask the office that gave you the account.", "Pregunte en la oficina que le dio la cuenta.");
    internal static readonly Phrase Whole = new("Everything, day by day", "Todo, día por día");
}

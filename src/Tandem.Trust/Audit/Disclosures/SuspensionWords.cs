using Tandem.Kernel.Pages;

namespace Tandem.Trust.Audit;

/// <summary>What the page says of disclosures that a patient is not told of for a time; for who answers for privacy alone.</summary>
internal static class SuspensionWords
{
    internal static readonly Phrase Title = new("Held back at the request of an agency", "Reservado a petición de una autoridad");
    internal static readonly Phrase Lead = new(
        "While a statement of an agency is in force, the patient's statement, its files and “Who looked at this record” leave out what was disclosed to it. This part is not printed, and nobody but privacy officers sees it.",
        "Mientras rija la declaración de una autoridad, el informe del paciente, sus archivos y «Quién consultó este expediente» omiten lo que se le divulgó. Esta parte no se imprime y solo la ven responsables de privacidad.");
    internal static readonly Phrase None = new("Nothing is held back.", "No hay nada reservado.");
    internal static readonly Phrase Agency = new("Agency", "Autoridad");
    internal static readonly Phrase AgencyHint = new(
        "Written as the recipient of the disclosures is, so that they are found. It holds for what is disclosed later too.", "Escrita como el destinatario de las divulgaciones, para que se encuentren. También vale para lo que se divulgue después.");
    internal static readonly Phrase Official = new("Who made the statement", "Quién hizo la declaración");
    internal static readonly Phrase OfficialHint = new("Name and office; needed for an oral statement.", "Nombre y cargo; necesario si la declaración es oral.");
    internal static readonly Phrase Kind = new("Why the agency received it", "Por qué lo recibió la autoridad");
    internal static readonly Phrase Form = new("The statement was made", "La declaración se hizo");
    internal static readonly Phrase Written = new("in writing", "por escrito");
    internal static readonly Phrase Oral = new("orally (for 30 days at most)", "de palabra (30 días como máximo)");
    internal static readonly Phrase Stated = new("Day of the statement", "Día de la declaración");
    internal static readonly Phrase Until = new("Last day", "Último día");
    internal static readonly Phrase UntilHint = new("As the statement says. Without one, an oral statement holds for 30 days from its day.", "Como dice la declaración. Sin él, una declaración oral vale 30 días desde su día.");
    internal static readonly Phrase Reason = new("What it says", "Qué dice");
    internal static readonly Phrase ReasonHint = new("That telling the patient would impede the agency, and the number of its statement. No health information: the access log keeps it.", "Que informar al paciente estorbaría a la autoridad, y el número de su declaración. Sin información de salud: lo guarda el registro de accesos.");
    internal static readonly Phrase Suspend = new("Hold back", "Reservar");
    internal static readonly Phrase Suspended = new("It is held back until its last day.", "Queda reservado hasta su último día.");
    internal static readonly Phrase End = new("End now", "Terminar ahora");
    internal static readonly Phrase Ended = new("The patient is told again.", "El paciente vuelve a ser informado.");
    internal static readonly Phrase HeldLines = new("Left out now", "Se omite ahora");
    internal static readonly Phrase NoLines = new("nothing yet", "nada todavía");
    internal static readonly Phrase State = new("State", "Estado");
    internal static readonly Phrase InForce = new("in force until {0}", "vigente hasta {0}");
    internal static readonly Phrase Over = new("over since {0}", "terminada desde {0}");
    internal static readonly Phrase EndedEarly = new("ended by {0}, {1}", "terminada por {0}, {1}");
    internal static readonly Phrase NotedBy = new("{0}, {1}", "{0}, {1}");
    internal static readonly Phrase Noted = new("Noted", "Anotada");
    internal static readonly Phrase NotYours = new("Holding back disclosures is for privacy officers.", "Reservar divulgaciones corresponde a responsables de privacidad.");
    internal static readonly Phrase NoSuspension = new("There is no such statement in force.", "No hay tal declaración vigente.");
    internal static readonly Phrase FormMissing = new("Choose why the agency received it, and whether its statement was in writing.", "Elija por qué lo recibió la autoridad y si su declaración fue por escrito.");
    internal static readonly Phrase Incomplete = new(
        "Name the agency and what its statement says, and of an oral statement who made it, each in at most 300 characters.", "Nombre la autoridad y lo que dice su declaración, y si fue oral quién la hizo, en 300 caracteres como máximo cada uno.");
    internal static readonly Phrase StatedMissing = new("Give the day of the statement: today or before.", "Indique el día de la declaración: hoy o antes.");
    internal static readonly Phrase UntilMissing = new("Give the last day that the statement names: today or later.", "Indique el último día que nombra la declaración: hoy o después.");
    internal static readonly Phrase OralTooLong = new(
        "An oral statement holds for 30 days from its day at most, and not once they are over. Ask the agency for it in writing.", "Una declaración oral vale como máximo 30 días desde su día, y no una vez pasados. Pídala a la autoridad por escrito.");

    /// <summary>The disclosures that an agency can have held back, by the paragraphs of 45 CFR 164.512; codes of <see cref="DisclosureWords.Purposes"/>.</summary>
    internal static readonly IReadOnlyDictionary<string, Phrase> Purposes =
        new[] { "oversight", "law-enforcement" }.ToDictionary(code => code, code => DisclosureWords.Purposes[code], StringComparer.Ordinal);
}

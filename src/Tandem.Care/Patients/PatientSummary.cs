using Tandem.Fhir.Views;
using Tandem.Kernel.Data;
using Tandem.Record.Access;
using Tandem.Record.Log;
using Tandem.Record.Projections;

namespace Tandem.Care.Patients;

/// <summary>What a list or a banner needs to name a patient.</summary>
/// <param name="Id">Logical id.</param>
/// <param name="Name">Preferred name with family name, or the id when no name is known.</param>
/// <param name="BirthDate">As stated: a day, a month or a year; empty when unknown.</param>
/// <param name="Sex">male, female, other, unknown; empty when not stated.</param>
/// <param name="Mrn">The first medical record number, or the first identifier; empty when there is none.</param>
/// <param name="Pronouns">Pronouns as the person stated them; empty when not stated.</param>
/// <param name="Deceased">True when known to have died.</param>
public sealed record PatientSummary(string Id, string Name, string BirthDate, string Sex, string Mrn, string Pronouns, bool Deceased);

/// <summary>One narrow row per patient, and the beginnings of names by which a patient is found.</summary>
internal sealed class PatientSummaryProjection : IProjection
{
    internal static readonly Table Summaries = new(
        "patients_summary",
        TableKind.Rows,
        [new("id", DbKind.Text)],
        [
            new("name", DbKind.Text), new("birth_date", DbKind.Text), new("sex", DbKind.Text), new("mrn", DbKind.Text), new("pronouns", DbKind.Text),
            new("deceased", DbKind.Integer),
        ],
        []);

    /// <summary>
    /// Words by which a patient is found, in the order of names: words of names, record numbers, <c>born:</c> with the birth date, and the
    /// empty word that everyone has.
    /// </summary>
    internal static readonly Table Words = new(
        "patients_words",
        TableKind.Rows,
        [new("word", DbKind.Text), new("sort", DbKind.Text), new("id", DbKind.Text)],
        [],
        [new("patient", "id, word")]);

    /// <summary>How many words a patient is found by; each has a row with the name to sort by.</summary>
    internal const int MostWords = 1_000;

    public string Name => "patients-summary";

    public int Version => 4;

    public IReadOnlyList<Table> Tables => [Summaries, Words];

    public bool Wants(string type) => type == "Patient";

    public void Project(ResourceVersion version, RowSink rows)
    {
        var patient = new PatientView(version.Root);
        var summary = Of(version.Id, patient);
        rows.Add(Summaries, summary.Id, summary.Name, summary.BirthDate, summary.Sex, summary.Mrn, summary.Pronouns, summary.Deceased);
        var sort = KeyText.Cut(SearchWords.Fold(patient.Name is { Family: { } family } name ? string.Join(' ', [family, .. name.Given]) : summary.Name));
        foreach (var word in WordsOf(patient, summary).Select(KeyText.Cut).Distinct(StringComparer.Ordinal).Take(MostWords))
            rows.Add(Words, word, sort, version.Id);
    }

    private static HashSet<string> WordsOf(PatientView patient, PatientSummary summary)
    {
        var words = new HashSet<string>(StringComparer.Ordinal) { SearchWords.Everyone };
        if (summary.BirthDate.Length > 0)
            words.Add(SearchWords.Born + summary.BirthDate);
        foreach (var identifier in patient.Identifiers) // before the words of names, which may be more than there is room for
        {
            if (words.Count < MostWords / 2 && identifier.Value is { Length: > 0 } value && !NationalIdentifier.Is(identifier.Node)) // not everybody who finds people is shown it
                words.Add(SearchWords.Number(value));
        }

        foreach (var name in patient.Names)
        {
            words.UnionWith(SearchWords.In(name.Words));
            words.UnionWith(SearchWords.Whole(name.Words));
        }

        return words;
    }

    internal static PatientSummary Of(string id, PatientView patient)
    {
        var name = PreferredName(patient);
        return new PatientSummary(
            id,
            name.Length > 0 ? name : id,
            patient.Node["birthDate"u8].Text ?? "",
            patient.Gender ?? "",
            MrnOf(patient),
            PronounsOf(patient),
            patient.IsDeceased);
    }

    private static string PreferredName(PatientView patient)
    {
        var name = patient.Name;
        foreach (var other in patient.Names)
        {
            if (other.Node["use"u8].Is("nickname"u8) && other.Given.FirstOrDefault() is { } called && name.Family is { } family && other.Text is null)
                return $"{called} {family}";
        }

        return name.Words;
    }

    private static string MrnOf(PatientView patient)
    {
        foreach (var identifier in patient.Identifiers)
        {
            if (identifier.Node["type"u8]["coding"u8].First["code"u8].Is("MR"u8) && !NationalIdentifier.Is(identifier.Node))
                return identifier.Value ?? "";
        }

        foreach (var identifier in patient.Identifiers)
        {
            if (!NationalIdentifier.Is(identifier.Node))
                return identifier.Value ?? "";
        }

        return "";
    }

    /// <summary>HL7 extension individual-pronouns: its value's words, or the code's display.</summary>
    private static string PronounsOf(PatientView patient)
    {
        foreach (var extension in patient.Node["extension"u8].Items)
        {
            if (!extension["url"u8].Is("http://hl7.org/fhir/StructureDefinition/individual-pronouns"u8))
                continue;
            foreach (var part in extension["extension"u8].Items)
            {
                if (part["url"u8].Is("value"u8))
                    return part["valueCodeableConcept"u8]["text"u8].Text ?? part["valueCodeableConcept"u8]["coding"u8].First["display"u8].Text ?? "";
            }
        }

        return "";
    }
}

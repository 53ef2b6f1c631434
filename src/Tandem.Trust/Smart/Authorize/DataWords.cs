using Tandem.Kernel.Actors;
using Tandem.Kernel.Pages;

namespace Tandem.Trust.Smart;

/// <summary>What kinds of data are called by people who are no programmers.</summary>
public static class DataWords
{
    internal static readonly Phrase Everything = new("Everything in the record", "Todo el expediente");
    internal static readonly Phrase Person = new("Name, birth date, address and contacts", "Nombre, fecha de nacimiento, domicilio y contactos");
    internal static readonly Phrase Allergies = new("Allergies", "Alergias");
    internal static readonly Phrase Conditions = new("Diagnoses and health problems", "Diagnósticos y problemas de salud");
    internal static readonly Phrase Medicines = new("Medicines", "Medicamentos");
    internal static readonly Phrase Observations = new("Test results, vital signs and other findings", "Resultados, signos vitales y otros hallazgos");
    internal static readonly Phrase Vaccines = new("Vaccines", "Vacunas");
    internal static readonly Phrase Procedures = new("Procedures and operations", "Procedimientos y operaciones");
    internal static readonly Phrase Reports = new("Reports of laboratory and imaging", "Informes de laboratorio e imagen");
    internal static readonly Phrase Documents = new("Documents and notes", "Documentos y notas");
    internal static readonly Phrase Visits = new("Visits and hospital stays", "Visitas y estancias en hospital");
    internal static readonly Phrase Plans = new("Care plans and goals", "Planes de cuidado y metas");
    internal static readonly Phrase Carers = new("Who gives care, and where", "Quién da la atención y dónde");
    internal static readonly Phrase Insurance = new("Insurance", "Seguro médico");
    internal static readonly Phrase Appointments = new("Appointments", "Citas");
    internal static readonly Phrase Tasks = new("Follow-ups and what is still to be done", "Seguimientos y lo que falta por hacer");
    internal static readonly Phrase Messages = new("Messages", "Mensajes");
    internal static readonly Phrase Answers = new("Answers to questionnaires", "Respuestas a cuestionarios");
    internal static readonly Phrase Orders = new("Orders and referrals", "Órdenes y referencias");
    internal static readonly Phrase Family = new("Health of the family", "Salud de la familia");
    internal static readonly Phrase Other = new("Other data ({0})", "Otros datos ({0})");

    /// <summary>The words for a resource type.</summary>
    internal static string Of(string type) => type switch
    {
        "*" => Everything,
        "Patient" or "RelatedPerson" or "Person" => Person,
        "AllergyIntolerance" => Allergies,
        "Condition" => Conditions,
        "Medication" or "MedicationRequest" or "MedicationStatement" or "MedicationAdministration" or "MedicationDispense" => Medicines,
        "Observation" => Observations,
        "Immunization" or "ImmunizationRecommendation" => Vaccines,
        "Procedure" => Procedures,
        "DiagnosticReport" or "ImagingStudy" => Reports,
        "DocumentReference" or "Composition" or "Binary" or "Media" => Documents,
        "Encounter" or "EpisodeOfCare" => Visits,
        "CarePlan" or "Goal" => Plans,
        "CareTeam" or "Practitioner" or "PractitionerRole" or "Organization" or "Location" or "HealthcareService" => Carers,
        "Coverage" or "ExplanationOfBenefit" or "Claim" => Insurance,
        "Appointment" or "Schedule" or "Slot" => Appointments,
        "Task" => Tasks,
        "Communication" or "CommunicationRequest" => Messages,
        "QuestionnaireResponse" => Answers,
        "ServiceRequest" => Orders,
        "FamilyMemberHistory" => Family,
        _ => Other.With(type),
    };

    /// <summary>What may be done, in words: "see, add, change".</summary>
    internal static string Of(Interactions acts)
    {
        var words = new List<string>();
        if ((acts & Interactions.Look) != 0)
            words.Add(ConsentWords.See);
        if (acts.HasFlag(Interactions.Create))
            words.Add(ConsentWords.Add);
        if (acts.HasFlag(Interactions.Update))
            words.Add(ConsentWords.Change);
        if (acts.HasFlag(Interactions.Delete))
            words.Add(ConsentWords.Delete);
        return string.Join(", ", words);
    }
}

using Tandem.Kernel.Actors;
using Tandem.Kernel.Pages;

namespace Tandem.Trust.Access;

/// <summary>What access says to people.</summary>
internal static class AccessWords
{
    internal static readonly Phrase OnlyType = new("{0}: only {1}", "{0}: solo {1}");
    internal static readonly Phrase OnlyPart = new("{0}: only what the consent names", "{0}: solo lo que nombra el consentimiento");
    internal static readonly Phrase OnlyWriting = new("{0} (writing)", "{0} (escribir)");
    internal static readonly Phrase WhoCanMore = new("Why, and what was agreed to ({0})", "Por qué, y qué se acordó ({0})");
    internal static readonly Phrase Redisclosure = new(
        "42 CFR part 2 prohibits unauthorized use or disclosure of these records.", "La norma 42 CFR parte 2 prohíbe usar o divulgar estos expedientes sin autorización.");
    internal static readonly Phrase Restricted = new("What is specially protected may be left out here.", "Aquí puede faltar lo que está especialmente protegido.");
    internal static readonly Phrase NoEmergency = new(
        "Your role does not open records in an emergency. Ask a clinician who looks after the patient.", "Su función no abre expedientes en una emergencia. Pida ayuda a quien atiende al paciente.");
    internal static readonly Phrase ReasonMissing = new("Say in a sentence why you need this record now.", "Explique en una frase por qué necesita este expediente ahora.");
    internal static readonly Phrase ReviewIncomplete = new("Choose an outcome and write what you found.", "Elija un resultado y escriba lo que encontró.");
    internal static readonly Phrase NotYourOwn = new("You cannot review what you opened yourself.", "No puede revisar lo que usted mismo abrió.");

    internal static readonly Phrase Title = new("Access to this record", "Acceso a este expediente");
    internal static readonly Phrase BackToPatient = new("Patient", "Paciente");
    internal static readonly Phrase WhySeen = new("Why you can see this record", "Por qué puede ver este expediente");
    internal static readonly Phrase WhyNot = new("Why you cannot see a record", "Por qué no puede ver un expediente");
    internal static readonly Phrase WhyNotText = new(
        "There is no such record, or it is not within your reach: no relationship with you, your organisation or your teams is known, the patient has refused, or all of it is specially protected. Which of these it is stays between the patient and those who care for them.",
        "No existe tal expediente o no está a su alcance: no consta relación con usted, su organización o sus equipos, el paciente se ha negado, o todo está especialmente protegido. Cuál es el caso queda entre el paciente y quienes le atienden.");
    internal static readonly Phrase ByPolicy = new("By the policy of your role", "Según la política de su función");
    internal static readonly Phrase NoPolicy = new("No policy of your role is in force, so nothing is allowed.", "No hay una política vigente para su función; por eso nada está permitido.");
    internal static readonly Phrase Version = new("version {0}, in force from {1}", "versión {0}, vigente desde {1}");
    internal static readonly Phrase ByRelation = new("Relationships that let you see it", "Relaciones que le permiten verlo");
    internal static readonly Phrase NoOwnRelation = new("None of your own: you see it by your role or as your own record.", "Ninguna propia: lo ve por su función o por ser su expediente.");
    internal static readonly Phrase LeftOut = new("What your role leaves out unless a consent names it", "Lo que su función no ve salvo consentimiento expreso");
    internal static readonly Phrase NotShown = new("Not shown to this role", "No se muestra a esta función");
    internal static readonly Phrase NothingLeftOut = new("Nothing is left out.", "No se excluye nada.");
    internal static readonly Phrase WhoCan = new("Who has to do with this record", "Quiénes tienen relación con este expediente");
    internal static readonly Phrase WhoCanText = new(
        "People of these organisations and teams see what their roles allow. Specially protected parts stay closed unless a consent below opens them.",
        "Las personas de estas organizaciones y equipos ven lo que sus funciones permiten. Las partes especialmente protegidas siguen cerradas salvo que un consentimiento las abra.");
    internal static readonly Phrase Party = new("Who", "Quién");
    internal static readonly Phrase Basis = new("Why", "Motivo");
    internal static readonly Phrase Until = new("Until", "Hasta");
    internal static readonly Phrase Lasts = new("lasts", "vigente");
    internal static readonly Phrase Consents = new("What the patient agreed to and refused", "Lo que el paciente aceptó y rechazó");
    internal static readonly Phrase NoConsents = new("No consent is on record.", "No consta ningún consentimiento.");
    internal static readonly Phrase Permits = new("permits", "permite");
    internal static readonly Phrase Refuses = new("refuses", "rechaza");
    internal static readonly Phrase Anybody = new("anybody", "cualquiera");
    internal static readonly Phrase Everything = new("everything", "todo");
    internal static readonly Phrase About = new("About", "Sobre");
    internal static readonly Phrase Purpose = new("For", "Para");
    internal static readonly Phrase AnyPurpose = new("any purpose", "cualquier fin");
    internal static readonly Phrase Decision = new("Decision", "Decisión");

    internal static readonly Phrase Emergency = new("Open a record in an emergency", "Abrir un expediente en una emergencia");
    internal static readonly Phrase EmergencyText = new(
        "If the patient is in danger now, you may open the record for four hours. Your name, the time and your reason are kept, the privacy officer is told, and every opening is reviewed. Counselling notes stay closed.",
        "Si el paciente corre peligro ahora, puede abrir el expediente durante cuatro horas. Se guardan su nombre, la hora y el motivo, se avisa a la oficina de privacidad y se revisa cada apertura. Las notas de psicoterapia siguen cerradas.");
    internal static readonly Phrase ReasonGiven = new("Reason given", "Motivo indicado");
    internal static readonly Phrase Reason = new("Why you need it now", "Por qué lo necesita ahora");
    internal static readonly Phrase OpenNow = new("Open for four hours", "Abrir cuatro horas");
    internal static readonly Phrase OpenedTitle = new("Opened in an emergency", "Abierto en una emergencia");
    internal static readonly Phrase OpenedUntil = new("You opened this record until {0}. The opening will be reviewed.", "Usted abrió este expediente hasta las {0}. La apertura será revisada.");

    internal static readonly Phrase Reviews = new("Emergency openings", "Aperturas de emergencia");
    internal static readonly Phrase ReviewsText = new("Each opening is looked at by somebody else.", "Cada apertura la revisa otra persona.");
    internal static readonly Phrase NotReviewer = new("Reviews are the privacy officer's.", "Las revisiones corresponden a la oficina de privacidad.");
    internal static readonly Phrase NothingToReview = new("Nothing waits for review", "Nada espera revisión");
    internal static readonly Phrase Reviewed = new("Reviewed", "Revisadas");
    internal static readonly Phrase By = new("By", "Por");
    internal static readonly Phrase When = new("When", "Cuándo");
    internal static readonly Phrase Record = new("Record", "Expediente");
    internal static readonly Phrase Outcome = new("Outcome", "Resultado");
    internal static readonly Phrase Found = new("What you found", "Lo que encontró");
    internal static readonly Phrase SaveReview = new("Keep the review", "Guardar la revisión");
    internal static readonly Phrase ReviewKept = new("The review is kept.", "La revisión quedó guardada.");
    internal static readonly Phrase ReviewKeptAndClosed = new("The review is kept, and the record is closed to them.", "La revisión quedó guardada y el expediente se le cerró.");
    internal static readonly Phrase WhatWasSeen = new("What they did there", "Qué hizo ahí");
    internal static readonly Phrase StillOpen = new("Still open to them", "Aún lo tiene abierto");
    internal static readonly Phrase OpenUntil = new("until {0}", "hasta {0}");
    internal static readonly Phrase NotJustifiedCloses = new(
        "Keeping this review closes the record to them at once.", "Al guardar esta revisión, el expediente se le cierra de inmediato.");
    internal static readonly Phrase NotJustifiedClosed = new("Their time is over: the record is closed already.", "Su tiempo terminó: el expediente ya está cerrado.");
    internal static readonly Phrase OthersStay = new("The record stays open to them until {0}.", "El expediente sigue abierto para esa persona hasta {0}.");
    internal static readonly Phrase Justified = new("Justified", "Justificada");
    internal static readonly Phrase NotJustified = new("Not justified", "No justificada");
    internal static readonly Phrase Training = new("A mistake: training", "Un error: formación");

    internal static readonly Phrase TryTitle = new("Try a policy", "Probar una política");
    internal static readonly Phrase TryText = new("What could somebody see of a patient, and why? Try the policy in force or a draft.", "¿Qué podría ver alguien de un paciente y por qué? Pruebe la política vigente o un borrador.");
    internal static readonly Phrase Role = new("Role", "Función");
    internal static readonly Phrase Organization = new("Organisation", "Organización");
    internal static readonly Phrase Person = new("Person", "Persona");
    internal static readonly Phrase PersonHint = new("Name or sign-in name. Empty: anybody in the role.", "Nombre o nombre de usuario. Vacío: cualquiera con la función.");
    internal static readonly Phrase Patient = new("Patient", "Paciente");
    internal static readonly Phrase PatientHint = new("Name, birth date (1970-05-31), number or id.", "Nombre, fecha de nacimiento (1970-05-31), número o id.");
    internal static readonly Phrase Policy = new("Policy", "Política");
    internal static readonly Phrase InForce = new("in force", "vigente");
    internal static readonly Phrase Draft = new("draft", "borrador");
    internal static readonly Phrase TryIt = new("Try", "Probar");
    internal static readonly Phrase NoTry = new("You see no such patient, so nothing can be tried.", "Usted no ve a ese paciente; no se puede probar nada.");
    internal static readonly Phrase NotTrier = new("Policies are tried by the privacy officer.", "Las políticas las prueba la oficina de privacidad.");
    internal static readonly Phrase WouldSee = new("Would see", "Vería");
    internal static readonly Phrase WouldNotSee = new("Would not see", "No vería");
    internal static readonly Phrase Kind = new("Kind", "Tipo");
    internal static readonly Phrase Count = new("How many", "Cuántos");
    internal static readonly Phrase Nothing = new("Nothing", "Nada");

    internal static string BasisOf(string basis) => basis switch
    {
        "encounter" => new Phrase("a visit or stay", "una consulta o estancia"),
        "episode" => new Phrase("a programme", "un programa"),
        "care-team" => new Phrase("the care team", "el equipo de atención"),
        "attribution" => new Phrase("the patient's own practice", "la consulta habitual"),
        "referral" => new Phrase("an order or referral", "una orden o derivación"),
        "appointment" => new Phrase("an appointment", "una cita"),
        "work" => new Phrase("work to be done", "tareas pendientes"),
        "representative" => new Phrase("stands for the patient", "representa al paciente"),
        _ => basis,
    };

    /// <summary>How a part that a role is not shown is called.</summary>
    internal static Phrase HiddenOf(string part) => part switch
    {
        HiddenPart.NationalIdentifier => new("national identity numbers", "números de identidad nacionales"),
        "Patient.photo" or "RelatedPerson.photo" => new("photographs", "fotografías"),
        "Coverage.subscriberId" => new("insurance numbers", "números de seguro médico"),
        _ => new(part, part),
    };

    /// <summary>A sensitivity label in words (HL7 v3 ActCode, Confidentiality).</summary>
    internal static string LabelOf(string label) => label switch
    {
        "ETH" => new Phrase("substance use", "consumo de sustancias"),
        "PSY" => new Phrase("mental health", "salud mental"),
        "HIV" => new Phrase("HIV", "VIH"),
        "SEX" => new Phrase("reproductive health", "salud reproductiva"),
        "SDV" => new Phrase("violence", "violencia"),
        "PSYTHPN" => new Phrase("counselling notes", "notas de psicoterapia"),
        "R" => new Phrase("restricted", "restringido"),
        "V" => new Phrase("very restricted", "muy restringido"),
        _ => label,
    };

    internal static string OutcomeOf(string outcome) => outcome switch
    {
        "justified" => Justified,
        "not-justified" => NotJustified,
        "training" => Training,
        _ => outcome,
    };

    /// <summary>What a consent is about: a label or everything, the part of it that it names, and whether only writing is meant.</summary>
    internal static string AboutOf(KnownConsent consent)
    {
        string about = consent.Label is { } label ? LabelOf(label) : Everything;
        about = consent.Part switch { null => about, "" => OnlyPart.With(about), var type => OnlyType.With(about, type) };
        return consent.IsOfLooking ? about : OnlyWriting.With(about);
    }
}

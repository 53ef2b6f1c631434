using Tandem.Kernel.Pages;

namespace Tandem.Care.Patients;

/// <summary>What the pages of patients say.</summary>
internal static class PatientWords
{
    internal static readonly Phrase WhyNoAccess = new("Why can I not see it?", "¿Por qué no puedo verlo?");
    internal static readonly Phrase WhoLooked = new("Who looked at this record?", "¿Quién consultó este expediente?");
    internal static readonly Phrase WhoSees = new("Who can see this record, and why can I?", "¿Quién puede ver este expediente y por qué yo?");
    internal static readonly Phrase Patients = new("Patients", "Pacientes");
    internal static readonly Phrase Patient = new("Patient", "Paciente");
    internal static readonly Phrase AllPatients = new("All patients", "Todos los pacientes");
    internal static readonly Phrase FindPerson = new("Find a person", "Buscar a una persona");
    internal static readonly Phrase NameOrNumber = new("Name or record number", "Nombre o número de expediente");
    internal static readonly Phrase NameHint = new("The beginning is enough; a birth date as 1951-03-04 works too.", "Basta el comienzo; también una fecha de nacimiento como 1951-03-04.");
    internal static readonly Phrase Apps = new("Apps for this patient", "Aplicaciones para este paciente");
    internal static readonly Phrase BirthDate = new("Birth date", "Fecha de nacimiento");
    internal static readonly Phrase AgeAndSex = new("Age and sex", "Edad y sexo");
    internal static readonly Phrase RecordNumber = new("Record number", "Número de expediente");
    internal static readonly Phrase Find = new("Find", "Buscar");
    internal static readonly Phrase ShowEveryone = new("Show everyone", "Mostrar a todos");
    internal static readonly Phrase RecentlyOpened = new("Opened by you lately", "Abiertos por usted recientemente");
    internal static readonly Phrase Everyone = new("Everyone, by name", "Todas las personas, por nombre");
    internal static readonly Phrase Found = new("Found", "Resultados");
    internal static readonly CountPhrase PeopleFound = new("{0} person found", "{0} people found", "{0} persona encontrada", "{0} personas encontradas");
    internal static readonly Phrase NobodyFound = new("Nobody was found", "No se encontró a nadie");
    internal static readonly Phrase NobodyFoundWhy = new(
        "Nobody here has a name or number that begins so, with that birth date. Try fewer letters, or the record number alone.",
        "Nadie aquí tiene un nombre o número que comience así, con esa fecha de nacimiento. Pruebe con menos letras o solo con el número de expediente.");
    internal static readonly Phrase NobodyYet = new("No patients yet", "Aún no hay pacientes");
    internal static readonly Phrase NobodyYetWhy = new(
        "Patients appear as soon as a source sends a message about them.", "Los pacientes aparecen en cuanto una fuente envía un mensaje sobre ellos.");
    internal static readonly Phrase TooOld = new(
        "This search can no longer be opened. Please type it again.", "Esta búsqueda ya no se puede abrir. Escríbala de nuevo.");

    internal static readonly Phrase NotFound = new("There is no such patient", "No existe ese paciente");
    internal static readonly Phrase NotFoundWhy = new(
        "The address names a patient that this hub does not know.", "La dirección nombra a un paciente que este sistema no conoce.");
    internal static readonly Phrase NotFoundDo = new(
        "Check the address, or find the person by name or record number.", "Revise la dirección o busque a la persona por nombre o número de expediente.");
    internal static readonly Phrase Gone = new("This patient's record was deleted", "El expediente de este paciente fue eliminado");
    internal static readonly Phrase GoneWhy = new(
        "It was deleted on purpose, for example because it was a duplicate.", "Se eliminó a propósito, por ejemplo por ser un duplicado.");
    internal static readonly Phrase GoneKept = new(
        "Every version and every message is kept in the log.", "Cada versión y cada mensaje se conservan en el registro.");
    internal static readonly Phrase NoAccess = new("You may not see this patient", "Usted no puede ver a este paciente");
    internal static readonly Phrase NoAccessWhy = new(
        "Your role does not reach patients' records.", "Su función no da acceso a los expedientes.");
    internal static readonly Phrase NoAccessDo = new(
        "Ask your administrator for a role that does.", "Pida a su administrador una función que lo permita.");

    internal static readonly Phrase Deceased = new("Deceased", "Fallecido");
    internal static readonly Phrase DiedOn = new("Died {0}", "Falleció {0}");
    internal static readonly Phrase ReplacedBy = new("This record was merged into another record of the same person.", "Este expediente se unió a otro de la misma persona.");
    internal static readonly Phrase OpenOther = new("Open the record in use", "Abrir el expediente vigente");
    internal static readonly Phrase Born = new("Born", "Nacimiento");
    internal static readonly Phrase OfficialName = new("Official name", "Nombre oficial");
    internal static readonly Phrase RecordNumbers = new("Record numbers", "Números de expediente");
    internal static readonly Phrase Language = new("Language", "Idioma");
    internal static readonly Phrase Phone = new("Phone", "Teléfono");
    internal static readonly Phrase NotStated = new("not stated", "no consta");
    internal static readonly Phrase InterpreterNeeded = new("Interpreter needed", "Necesita intérprete");
    internal static readonly Phrase NoInterpreter = new("no interpreter needed", "no necesita intérprete");
    internal static readonly CountPhrase Years = new("{0} year", "{0} years", "{0} año", "{0} años");
    internal static readonly CountPhrase Months = new("{0} month", "{0} months", "{0} mes", "{0} meses");
    internal static readonly CountPhrase Days = new("{0} day", "{0} days", "{0} día", "{0} días");
    internal static readonly CountPhrase AboutYears = new("about {0} year", "about {0} years", "unos {0} año", "unos {0} años");
    internal static readonly Phrase TimesOfPatient = new("Times on this page are the patient's own ({0}).", "Las horas de esta página son las del paciente ({0}).");

    internal static readonly Phrase Glance = new("At a glance", "De un vistazo");
    internal static readonly Phrase WhatChanged = new("What changed", "Qué cambió");
    internal static readonly Phrase WhatIsDue = new("What is due", "Qué está pendiente");
    internal static readonly Phrase WhoOwns = new("Who owns it", "Quién es responsable");
    internal static readonly Phrase SinceYouLooked = new("Since you last looked,", "Desde que miró por última vez,");
    internal static readonly Phrase Last72 = new("In the last 72 hours.", "En las últimas 72 horas.");
    internal static readonly Phrase Last30 = new("In the last 30 days.", "En los últimos 30 días.");
    internal static readonly Phrase ShowLast72 = new("Last 72 hours", "Últimas 72 horas");
    internal static readonly Phrase ShowLast30 = new("Last 30 days", "Últimos 30 días");
    internal static readonly Phrase ShowSinceLook = new("Since my last look", "Desde mi última vista");
    internal static readonly Phrase NothingChanged = new("Nothing that needs your eye.", "Nada que requiera su atención.");
    internal static readonly CountPhrase UsualResults = new(
        "{0} other new result within its range", "{0} other new results within their ranges",
        "{0} resultado nuevo más dentro de su rango", "{0} resultados nuevos más dentro de su rango");
    internal static readonly CountPhrase OtherEntries = new("{0} other entry", "{0} other entries", "{0} entrada más", "{0} entradas más");
    internal static readonly CountPhrase MoreChanges = new("{0} more change", "{0} more changes", "{0} cambio más", "{0} cambios más");
    internal static readonly Phrase SeeTimeline = new("See the timeline", "Ver la cronología");
    internal static readonly Phrase NothingDue = new("Nothing is open for this patient.", "Nada está pendiente para este paciente.");
    internal static readonly Phrase NothingDueWhy = new("A pathway opens an item when a fact asks for one.", "Una vía clínica abre un elemento cuando un hecho lo pide.");
    internal static readonly Phrase NobodyOwns = new("Nothing is open, so nobody has to act.", "Nada está abierto; nadie tiene que actuar.");
    internal static readonly Phrase ClosedBy = new("Closed by:", "Se cierra con:");
    internal static readonly Phrase BackUp = new("Back-up: {0}", "Suplente: {0}");
    internal static readonly Phrase WaitsForTeam = new("nobody has taken it yet", "nadie lo ha tomado aún");
    internal static readonly Phrase EscalatedTo = new("Escalated to {0}", "Escalado a {0}");
    internal static readonly CountPhrase OpenItems = new("{0} open item", "{0} open items", "{0} elemento abierto", "{0} elementos abiertos");
    internal static readonly Phrase NextDue = new("next {0}", "el próximo {0}");
    internal static readonly Phrase SnoozedUntil = new("put off until {0}", "aplazado hasta {0}");

    internal static readonly Phrase OpenLoop = new("Open this item", "Abrir este elemento");

    internal static readonly Phrase Stays = new("Visits and stays", "Consultas e ingresos");
    internal static readonly Phrase NoStays = new("No visit or stay is known.", "No consta ninguna consulta ni ingreso.");
    internal static readonly Phrase Medicines = new("Medications known", "Medicamentos conocidos");
    internal static readonly Phrase NoMedicines = new("No source has told of medications. That does not mean that none are taken.", "Ninguna fuente ha informado de medicamentos. Eso no significa que no tome ninguno.");
    internal static readonly Phrase Conditions = new("Conditions", "Diagnósticos");
    internal static readonly Phrase NoConditions = new("No source has told of conditions.", "Ninguna fuente ha informado de diagnósticos.");
    internal static readonly Phrase Allergies = new("Allergies", "Alergias");
    internal static readonly Phrase NoAllergies = new("No source has told of allergies. Ask before giving anything.", "Ninguna fuente ha informado de alergias. Pregunte antes de administrar algo.");
    internal static readonly Phrase Ongoing = new("since {0}", "desde {0}");
    internal static readonly Phrase Lasted = new("{0} long", "duró {0}");

    internal static readonly Phrase PrintedAt = new("Printed {0}. The record may have changed since.", "Impreso {0}. El expediente puede haber cambiado desde entonces.");

    internal static Phrase? SexOf(string code) => code switch
    {
        "male" => new Phrase("male", "hombre"),
        "female" => new Phrase("female", "mujer"),
        "other" => new Phrase("other sex", "otro sexo"),
        "unknown" => new Phrase("sex unknown", "sexo desconocido"),
        _ => null,
    };

    internal static Phrase? UseOf(string? use) => use switch
    {
        "home" => new Phrase("home", "casa"),
        "work" => new Phrase("work", "trabajo"),
        "mobile" => new Phrase("mobile", "móvil"),
        "temp" => new Phrase("temporary", "temporal"),
        _ => null,
    };

    internal static string LanguageOf(string? code, string words) => code?.Split('-')[0] switch
    {
        "en" => new Phrase("English", "inglés"),
        "es" => new Phrase("Spanish", "español"),
        "fr" => new Phrase("French", "francés"),
        "zh" => new Phrase("Chinese", "chino"),
        "vi" => new Phrase("Vietnamese", "vietnamita"),
        "ar" => new Phrase("Arabic", "árabe"),
        "so" => new Phrase("Somali", "somalí"),
        "hmn" => new Phrase("Hmong", "hmong"),
        "ht" => new Phrase("Haitian Creole", "criollo haitiano"),
        "pt" => new Phrase("Portuguese", "portugués"),
        "ru" => new Phrase("Russian", "ruso"),
        "tl" => new Phrase("Tagalog", "tagalo"),
        "ko" => new Phrase("Korean", "coreano"),
        _ => words,
    };

    internal static string Age(string birthDate, DateOnly today) => PatientBanner.Age(birthDate, today) switch
    {
        null => "",
        (var years, 'y') => Years.For(years),
        (var years, 'a') => AboutYears.For(years),
        (var months, 'm') => Months.For(months),
        var (days, _) => Days.For(days),
    };

    internal static Phrase StayClass(string code) => code switch
    {
        "IMP" or "ACUTE" or "NONAC" => new Phrase("Inpatient stay", "Hospitalización"),
        "OBSENC" => new Phrase("Observation stay", "Estancia en observación"),
        "SS" => new Phrase("Short stay", "Estancia corta"),
        "PHP" => new Phrase("Partial hospitalisation", "Hospitalización parcial"),
        "EMER" => new Phrase("Emergency visit", "Urgencias"),
        "AMB" => new Phrase("Clinic visit", "Consulta"),
        "VR" => new Phrase("Video or phone visit", "Consulta a distancia"),
        "HH" => new Phrase("Home visit", "Visita a domicilio"),
        "PRENC" => new Phrase("Planned stay", "Ingreso previsto"),
        _ => new Phrase("Visit", "Visita"),
    };

    internal static Phrase? StatusOf(string? status) => status switch
    {
        "active" => new Phrase("active", "activo"),
        "completed" => new Phrase("completed", "terminado"),
        "stopped" => new Phrase("stopped", "suspendido"),
        "on-hold" => new Phrase("on hold", "en pausa"),
        "draft" => new Phrase("draft", "borrador"),
        "cancelled" => new Phrase("cancelled", "cancelado"),
        "intended" => new Phrase("intended", "previsto"),
        "not-taken" => new Phrase("not taken", "no lo toma"),
        "recurrence" or "relapse" => new Phrase("back again", "recaída"),
        "inactive" => new Phrase("inactive", "inactivo"),
        "remission" => new Phrase("in remission", "en remisión"),
        "resolved" => new Phrase("resolved", "resuelto"),
        "planned" => new Phrase("planned", "previsto"),
        "arrived" or "triaged" or "in-progress" or "onleave" => new Phrase("in progress", "en curso"),
        "finished" => new Phrase("finished", "terminado"),
        _ => null,
    };
}

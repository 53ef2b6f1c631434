using Tandem.Kernel.Pages;

namespace Tandem.Trust.Audit;

/// <summary>What the statement of disclosures says.</summary>
internal static class DisclosureWords
{
    internal static readonly Phrase Title = new("Accounting of disclosures", "Informe de divulgaciones");
    internal static readonly Phrase Lead = new(
        "To whom parts of this record were given for other purposes than treatment, payment and the running of health care.",
        "A quién se entregaron partes de este expediente para otros fines que el tratamiento, el pago y el funcionamiento de la atención médica.");
    internal static readonly Phrase Back = new("Your record", "Su expediente");
    internal static readonly Phrase About = new("About this statement", "Acerca de este informe");
    internal static readonly Phrase AboutText = new(
        "Federal law (45 CFR 164.528) gives everybody the right to this statement for up to six years back, within 60 days, once in twelve months free of charge. It does not name what was given for treatment, payment and the running of health care, "
        + "nor what you looked at yourself. It names apps and systems that were let in, records opened in an emergency, exports, research, and what staff noted of disclosures by telephone, fax, mail or in person.",
        "La ley federal (45 CFR 164.528) da a toda persona el derecho a este informe hasta seis años atrás, en un plazo de 60 días y una vez cada doce meses sin costo. No incluye lo que se entregó para el tratamiento, el pago y el funcionamiento de la atención "
        + "médica, ni lo que usted mismo consultó. Incluye las aplicaciones y sistemas a los que se dio acceso, las aperturas de emergencia, las exportaciones, la investigación y lo que el personal anotó de divulgaciones por teléfono, fax, correo o en persona.");
    internal static readonly Phrase Of = new("Of", "De");
    internal static readonly Phrase Born = new("Born", "Fecha de nacimiento");
    internal static readonly Phrase Id = new("Record", "Expediente");
    internal static readonly Phrase Period = new("Period", "Periodo");
    internal static readonly Phrase FromTo = new("{0} to {1}", "{0} a {1}");
    internal static readonly Phrase MadeBy = new("Made by", "Elaborado por");
    internal static readonly Phrase LastYear = new("The last year", "El último año");
    internal static readonly Phrase LastYears = new("The last {0} years", "Los últimos {0} años");
    internal static readonly Phrase Show = new("Show", "Mostrar");
    internal static readonly Phrase Lines = new("Disclosures", "Divulgaciones");
    internal static readonly Phrase Nothing = new("There was no such disclosure", "No hubo ninguna divulgación así");
    internal static readonly Phrase NothingWhy = new("In this period nothing was given to anybody for other purposes.", "En este periodo no se entregó nada a nadie para otros fines.");
    internal static readonly Phrase When = new("When", "Cuándo");
    internal static readonly Phrase ToWhom = new("To whom", "A quién");
    internal static readonly Phrase What = new("What", "Qué");
    internal static readonly Phrase Why = new("What for", "Para qué");
    internal static readonly Phrase How = new("How", "Cómo");
    internal static readonly Phrase Often = new("{0} to {1}, {2} times", "{0} a {1}, {2} veces");
    internal static readonly Phrase AtHouse = new("{0}, {1}", "{0}, {1}");
    internal static readonly Phrase LetIn = new("It could read: {0}", "Podía leer: {0}");
    internal static readonly Phrase AtYourRequest = new("At the request of the patient or who stands for them", "A petición del paciente o de quien lo representa");
    internal static readonly Phrase NotJustified = new("Emergency; the review found it not justified", "Emergencia; la revisión no la consideró justificada");
    internal static readonly Phrase EmergencyWaits = new("Emergency; the review is still to come", "Emergencia; la revisión está pendiente");
    internal static readonly Phrase EmergencyReviewed = new("Emergency; reviewed", "Emergencia; revisada");
    internal static readonly Phrase Csv = new("Table (CSV)", "Tabla (CSV)");
    internal static readonly Phrase Fhir = new("Events (FHIR)", "Eventos (FHIR)");
    internal static readonly Phrase PrintHint = new("To hand it out, print this page: menus, forms and filters are left out on paper.", "Para entregarlo, imprima esta página: en papel se omiten menús, formularios y filtros.");
    internal static readonly Phrase Give = new("Note that it was handed out", "Anotar que se entregó");
    internal static readonly Phrase GivenLines = new("Handed out", "Entregado");
    internal static readonly Phrase GivenAt = new("{0} by {1}", "{0} por {1}");
    internal static readonly Phrase NotGiven = new("Not in this period.", "No en este periodo.");
    internal static readonly Phrase Given = new("It is noted that the statement was handed out.", "Se anotó que el informe se entregó.");
    internal static readonly Phrase Note = new("Note a disclosure made outside of the hub", "Anotar una divulgación hecha fuera del sistema");
    internal static readonly Phrase NoteHint = new("By telephone, fax, mail or in person; not for treatment, payment and the running of health care.", "Por teléfono, fax, correo o en persona; no para tratamiento, pago ni funcionamiento de la atención médica.");
    internal static readonly Phrase Day = new("Day", "Día");
    internal static readonly Phrase Recipient = new("Person or organisation that received it", "Persona u organización que lo recibió");
    internal static readonly Phrase Address = new("Their address, if known", "Su dirección, si se conoce");
    internal static readonly Phrase WhatHint = new("In short, such as: report of a positive tuberculosis test.", "En breve, por ejemplo: informe de una prueba de tuberculosis positiva.");
    internal static readonly Phrase Save = new("Note it", "Anotar");
    internal static readonly Phrase Saved = new("It is noted, and stands on the patient's statement.", "Está anotado y figura en el informe del paciente.");
    internal static readonly Phrase TakeBack = new("Take back", "Retirar");
    internal static readonly Phrase TakenBack = new("The entry is taken back. It is kept, and stands on no statement any more.", "La entrada está retirada. Se conserva y ya no figura en ningún informe.");
    internal static readonly Phrase NotedBy = new("Noted by {0}", "Anotado por {0}");
    internal static readonly Phrase NotForYou = new("This statement is not within your reach", "Este informe está fuera de su alcance");
    internal static readonly Phrase NotForYouWhy = new("It is for the patient, who stands for them, and privacy officers.", "Es para el paciente, quien lo representa y responsables de privacidad.");
    internal static readonly Phrase NotForYouDo = new("Ask the privacy office.", "Pregunte a la oficina de privacidad.");
    internal static readonly Phrase NotYours = new("There is no such patient, or this is not part of your work. Ask the privacy office.", "No hay tal paciente, o no es parte de su trabajo. Pregunte a la oficina de privacidad.");
    internal static readonly Phrase NoEntry = new("There is no such entry, or it is taken back already.", "No hay tal entrada, o ya está retirada.");
    internal static readonly Phrase DayMissing = new("Give the day on which it was disclosed: today or at most six years ago.", "Indique el día en que se divulgó: hoy o hace seis años como máximo.");
    internal static readonly Phrase Incomplete = new("Say who received it and what it was, each in at most 500 characters.", "Diga quién lo recibió y qué era, en 500 caracteres como máximo cada uno.");
    internal static readonly Phrase PurposeMissing = new("Choose what it was disclosed for.", "Elija para qué se divulgó.");

    /// <summary>What a disclosure outside of the hub can be for, by the paragraphs of 45 CFR 164.512 that permit it; the last is for what should not have been.</summary>
    internal static readonly IReadOnlyDictionary<string, Phrase> Purposes = new Dictionary<string, Phrase>(StringComparer.Ordinal)
    {
        ["public-health"] = new("Public health (164.512(b))", "Salud pública (164.512(b))"),
        ["required-by-law"] = new("Required by law (164.512(a))", "Exigido por la ley (164.512(a))"),
        ["abuse"] = new("Abuse, neglect or domestic violence (164.512(c))", "Maltrato, negligencia o violencia doméstica (164.512(c))"),
        ["oversight"] = new("Health oversight (164.512(d))", "Supervisión sanitaria (164.512(d))"),
        ["court"] = new("Court or administrative proceeding (164.512(e))", "Procedimiento judicial o administrativo (164.512(e))"),
        ["law-enforcement"] = new("Law enforcement (164.512(f))", "Fuerzas del orden (164.512(f))"),
        ["deceased"] = new("Coroner, funeral director, organ donation (164.512(g), (h))", "Forense, funeraria, donación de órganos (164.512(g), (h))"),
        ["research"] = new("Research (164.512(i))", "Investigación (164.512(i))"),
        ["threat"] = new("Serious threat to health or safety (164.512(j))", "Amenaza grave a la salud o la seguridad (164.512(j))"),
        ["government"] = new("Specialised government functions (164.512(k))", "Funciones gubernamentales especializadas (164.512(k))"),
        ["workers-compensation"] = new("Workers' compensation (164.512(l))", "Indemnización laboral (164.512(l))"),
        ["mistake"] = new("By mistake: it should not have been disclosed", "Por error: no debió divulgarse"),
    };

    private static readonly Dictionary<DisclosureKind, Phrase> Kinds = new()
    {
        [DisclosureKind.Noted] = new("Outside of the hub", "Fuera del sistema"), [DisclosureKind.Export] = new("Bulk export", "Exportación en bloque"),
        [DisclosureKind.Notification] = new("Notifications", "Notificaciones"), [DisclosureKind.System] = new("Read by a system", "Leído por un sistema"), [DisclosureKind.App] = new("App", "Aplicación"),
        [DisclosureKind.Research] = new("Research", "Investigación"), [DisclosureKind.Emergency] = new("Opened in an emergency", "Apertura de emergencia"),
    };

    /// <summary>The words of a purpose that was noted.</summary>
    internal static string PurposeOf(string code) => Purposes.TryGetValue(code, out var phrase) ? phrase : code;

    /// <summary>In which way.</summary>
    internal static string KindOf(DisclosureKind kind) => Kinds[kind];

    /// <summary>The last years, in words.</summary>
    internal static string Years(int years) => years == 1 ? LastYear : LastYears.With(years);
}

using Tandem.Kernel.Pages;

namespace Tandem.Trust.Audit;

/// <summary>What the page of retention and legal holds says.</summary>
internal static class RetentionWords
{
    internal static readonly Phrase Title = new("Retention and holds", "Conservación y retenciones");
    internal static readonly Phrase Lead = new(
        "How long what stands beside the patients' records is kept, and what must not be removed. The records themselves are never removed.",
        "Cuánto tiempo se conserva lo que acompaña a los expedientes y qué no debe eliminarse. Los expedientes mismos nunca se eliminan.");
    internal static readonly Phrase Holds = new("Legal holds", "Retenciones legales");
    internal static readonly Phrase NoHolds = new("Nothing is on hold", "Nada está retenido");
    internal static readonly Phrase WholeHub = new("The whole hub", "Todo el sistema");
    internal static readonly Phrase Whose = new("Whose data", "De quién");
    internal static readonly Phrase Since = new("Since", "Desde");
    internal static readonly Phrase By = new("By", "Por");
    internal static readonly Phrase Reason = new("Reason", "Motivo");
    internal static readonly Phrase ReasonHint = new("Such as the number of a case. No health information.", "Por ejemplo, el número de un caso. Sin información de salud.");
    internal static readonly Phrase Lift = new("Lift the hold", "Levantar la retención");
    internal static readonly Phrase LiftWhy = new("Why it is lifted", "Por qué se levanta");
    internal static readonly Phrase Place = new("Place a hold", "Establecer una retención");
    internal static readonly Phrase OnePatient = new("One patient", "Un paciente");
    internal static readonly Phrase Patient = new("Patient", "Paciente");
    internal static readonly Phrase PatientHint = new("Only for one patient: name, birth date (1970-05-31), number or id.", "Solo para un paciente: nombre, fecha de nacimiento (1970-05-31), número o id.");
    internal static readonly Phrase SeveralPatients = new("Several people fit: {0}. Nothing is on hold; type the birth date too, or the id.", "Coinciden varias personas: {0}. Nada está retenido; escriba también la fecha de nacimiento, o el id.");
    internal static readonly Phrase Rules = new("What is kept, and for how long", "Qué se conserva y por cuánto tiempo");
    internal static readonly Phrase Kind = new("What", "Qué");
    internal static readonly Phrase HowLong = new("Kept for", "Se conserva");
    internal static readonly Phrase Due = new("Goes next", "Se eliminará");
    internal static readonly Phrase LastRun = new("Went last", "Se eliminó");
    internal static readonly Phrase Nights = new("Removal", "Eliminación");
    internal static readonly Phrase RulesLead = new(
        "The next removal begins: {0}. What goes then is counted below as things stand now, without what is on hold.",
        "La próxima eliminación empieza: {0}. Abajo se cuenta lo que se eliminará según la situación actual, sin lo que está retenido.");
    internal static readonly Phrase NoRun = new("Nothing was removed yet: the first night is still to come.", "Aún no se eliminó nada: la primera noche está por venir.");
    internal static readonly Phrase LastRunAt = new("The last removal began: {0}. Removed in all: {1}.", "La última eliminación empezó: {0}. Eliminado en total: {1}.");
    internal static readonly Phrase LastRunCut = new("It was cut off; the rest goes the next time.", "Se interrumpió; el resto se elimina la próxima vez.");
    internal static readonly Phrase MoreThan = new("more than {0}", "más de {0}");
    internal static readonly Phrase NotYet = new("–", "–");
    internal static readonly Phrase CutOff = new("{0}, cut off", "{0}, interrumpida");
    internal static readonly Phrase ByCommand = new("by command", "mediante un comando");
    internal static readonly Phrase EachHour = new("each hour", "cada hora");
    internal static readonly Phrase From = new("Because of", "En virtud de");
    internal static readonly Phrase Own = new("the product's own choice", "decisión propia del producto");
    internal static readonly Phrase Days = new("{0} (at least {1})", "{0} (al menos {1})");
    internal static readonly Phrase OfPatients = new("kept while its patient is on hold", "se conserva mientras su paciente está retenido");
    internal static readonly Phrase Placed = new("The hold is placed. Nothing it covers is removed any more.", "La retención está establecida. Ya no se elimina nada de lo que abarca.");
    internal static readonly Phrase Lifted = new("The hold is lifted.", "La retención está levantada.");
    internal static readonly Phrase NotYours = new("Legal holds are for privacy officers.", "Las retenciones legales son para responsables de privacidad.");
    internal static readonly Phrase WhomMissing = new("Say whose data is held: one patient's or the whole hub's.", "Diga de quién se retienen los datos: de un paciente o de todo el sistema.");
    internal static readonly Phrase ReasonMissing = new("Give a reason of at most 300 characters.", "Dé un motivo de 300 caracteres como máximo.");
    internal static readonly Phrase NoPatient = new("Neither the record nor the access log has a patient of this name, number or id. Nothing is on hold.", "Ni los expedientes ni el registro de accesos tienen un paciente con ese nombre, número o id. Nada está retenido.");
    internal static readonly Phrase NoHold = new("There is no such hold.", "No existe tal retención.");

    internal static readonly Phrase Rule = new("Rule", "Regla");
    internal static readonly Phrase RuleOf = new("Rule: {0}", "Regla: {0}");
    internal static readonly Phrase RulesOfKind = new("Rules, the latest first", "Reglas, la más reciente primero");
    internal static readonly Phrase FromDay = new("From", "A partir del");
    internal static readonly Phrase FromHint = new("Midnight where the site is. A shorter time begins tomorrow at the earliest.", "Medianoche en la zona del sitio. Un plazo más corto empieza mañana como muy pronto.");
    internal static readonly Phrase State = new("State", "Estado");
    internal static readonly Phrase Beginning = new("At the beginning", "Al principio");
    internal static readonly Phrase Installation = new("the product, or the installation's settings", "el producto o la configuración de la instalación");
    internal static readonly Phrase JustDays = new("{0} d", "{0} d");
    internal static readonly CountPhrase JustYears = new("{0} year", "{0} years", "{0} año", "{0} años");
    internal static readonly Phrase Coming = new("from {0}: {1}", "desde el {0}: {1}");
    internal static readonly Phrase InForce = new("In force", "Vigente");
    internal static readonly Phrase ToCome = new("Not yet in force", "Aún no vigente");
    internal static readonly Phrase Replaced = new("Replaced", "Reemplazada");
    internal static readonly Phrase DraftRule = new("Draft: without effect", "Borrador: sin efecto");
    internal static readonly Phrase RetiredRule = new("Taken back", "Retirada");
    internal static readonly Phrase WithoutEffect = new("Below what has to be kept: without effect", "Por debajo de lo que debe conservarse: sin efecto");
    internal static readonly Phrase TakeBack = new("Take back", "Retirar");
    internal static readonly Phrase NewRule = new("Another rule", "Otra regla");
    internal static readonly Phrase DaysKept = new("Kept for (days)", "Se conserva (días)");
    internal static readonly Phrase DaysHint = new("At least {0}.", "Al menos {0}.");
    internal static readonly Phrase LookAhead = new("See what it would do", "Ver qué haría");
    internal static readonly Phrase Ahead = new("{0} days from {1}", "{0} días a partir del {1}");
    internal static readonly Phrase AheadCount = new(
        "The first removal under this rule begins: {0}. Of what is there now it would take {1}; without the rule {2}. What is on hold is not counted and stays.",
        "La primera eliminación con esta regla empieza: {0}. De lo que hay ahora eliminaría {1}; sin la regla, {2}. Lo que está retenido no se cuenta y se conserva.");
    internal static readonly Phrase AheadByCommand = new(
        "The access log is shortened by ./tandem audit purge alone, which keeps to the rule of the day on which it runs. What is on hold stays.",
        "El registro de accesos solo se acorta con ./tandem audit purge, que se atiene a la regla del día en que se ejecuta. Lo que está retenido se conserva.");
    internal static readonly Phrase RuleReasonHint = new("Such as the law or the decision that asks for it. No health information.", "Por ejemplo, la ley o la decisión que lo exige. Sin información de salud.");
    internal static readonly Phrase SetRule = new("Set the rule", "Establecer la regla");
    internal static readonly Phrase RuleSet = new("The rule is set. The rules of before stay on this page.", "La regla está establecida. Las reglas anteriores quedan en esta página.");
    internal static readonly Phrase RuleTakenBack = new("The rule is taken back; it never was in force.", "La regla está retirada; nunca estuvo vigente.");
    internal static readonly Phrase RuleNotYours = new("Rules of retention are for privacy officers.", "Las reglas de conservación son para responsables de privacidad.");
    internal static readonly Phrase NoRule = new("There is nothing like this that is kept for a time. Choose a line of the table.", "No hay nada así que se conserve por un tiempo. Elija una línea de la tabla.");
    internal static readonly Phrase RuleHasBegun = new("This rule has begun or is taken back. Set another one.", "Esta regla ya empezó o está retirada. Establezca otra.");
    internal static readonly Phrase RuleUnread = new("Give a number of days, and the day from which it is to be so.", "Indique un número de días y el día a partir del cual debe ser así.");
    internal static readonly Phrase RuleOutside = new("It has to be kept for {0} to {1} days. Nothing was changed.", "Debe conservarse de {0} a {1} días. No se cambió nada.");
    internal static readonly Phrase RuleInPast = new("A rule begins today or later, within a hundred years. Choose another day.", "Una regla empieza hoy o más tarde, en menos de cien años. Elija otro día.");
    internal static readonly Phrase ShorterTomorrow = new("A shorter time begins tomorrow at the earliest, so that it can be taken back. Choose another day.", "Un plazo más corto empieza mañana como muy pronto, para que pueda retirarse. Elija otro día.");
    internal static readonly Phrase RuleSame = new("It is kept for so long on that day already.", "Ese día ya se conserva por ese tiempo.");

    /// <summary>Each kind that is kept for a time, by code: what it is, and why for so long.</summary>
    internal static readonly IReadOnlyDictionary<string, Phrase> Kinds = new Dictionary<string, Phrase>(StringComparer.Ordinal)
    {
        ["access-log"] = new("Events of the access log: proof of who saw and did what", "Eventos del registro de accesos: prueba de quién vio e hizo qué"),
        ["exports"] = new("Files of finished exports and imports: they are copies", "Archivos de exportaciones e importaciones terminadas: son copias"),
        ["sessions"] = new("Ended sessions: nobody can use them", "Sesiones terminadas: nadie puede usarlas"),
        ["sign-in-links"] = new("Sign-in links past their end: so that an old link is told from a wrong one", "Enlaces de acceso vencidos: para distinguir un enlace viejo de uno erróneo"),
        ["sign-in-attempts"] = new("Counts of wrong attempts to sign in: they slow down who guesses", "Recuentos de intentos fallidos de acceso: frenan a quien adivina"),
        ["sign-ins"] = new("Sign-ins shown to their owner: a year for who looks back", "Inicios de sesión que ve su titular: un año para quien los revisa"),
        ["app-tokens"] = new("Tokens of apps past their end: a day, so that a late reuse is known for one", "Tokens de aplicaciones vencidos: un día, para reconocer una reutilización tardía"),
        ["app-codes"] = new("Codes of apps past their end: a day, so that a late reuse is known for one", "Códigos de aplicaciones vencidos: un día, para reconocer una reutilización tardía"),
        ["app-assertions"] = new("Numbers of used assertions: none is valid any more", "Números de aserciones usadas: ya ninguna es válida"),
        ["app-grants"] = new("What people agreed to for apps, after its end: proof of the agreement", "Lo que las personas aceptaron para aplicaciones, tras su fin: prueba del acuerdo"),
        ["emergencies"] = new("Reviewed emergency openings: proof of the review", "Aperturas de emergencia revisadas: prueba de la revisión"),
        ["disclosures"] = new("Noted disclosures made outside of the hub: for the statement that a patient can ask for", "Divulgaciones anotadas hechas fuera del sistema: para el informe que un paciente puede pedir"),
        ["suspensions"] = new("What agencies had held back of patients' statements, once over: proof of their request", "Lo que las autoridades hicieron reservar de los informes de pacientes, ya terminado: prueba de su petición"),
        ["studies"] = new("Research that patients' statements sum up: for the statement that a patient can ask for", "Investigación que los informes de pacientes resumen: para el informe que un paciente puede pedir"),
        ["messages"] = new("Messages as they came, once applied, dismissed or replaced: proof of what was sent", "Mensajes tal como llegaron, ya aplicados, descartados o reemplazados: prueba de lo enviado"),
        ["feed-counts"] = new("Counts of messages by minute: a year to compare with", "Recuentos de mensajes por minuto: un año para comparar"),
        ["looks"] = new("When somebody last looked at a patient: to tell what is new to them", "Cuándo alguien miró por última vez a un paciente: para decirle qué hay de nuevo"),
        ["retention-runs"] = new("What was removed each night: a year to look back", "Lo que se eliminó cada noche: un año para revisarlo"),
        ["subscription-events"] = new("Notifications that were delivered: for subscribers who ask again", "Notificaciones entregadas: para suscriptores que vuelven a preguntar"),
    };

    /// <summary>Days in years where they are whole ones (2192 d is six years, in which there is a leap day or two).</summary>
    internal static string LengthOf(int days)
    {
        var years = (int)Math.Round(days / 365.25);
        return years > 1 && Math.Abs(days - years * 365.25) <= 1 ? JustYears.For(years) : JustDays.With(days);
    }
}

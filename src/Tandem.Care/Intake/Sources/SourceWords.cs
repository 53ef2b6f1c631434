using Tandem.Kernel.Pages;

namespace Tandem.Care.Intake;

/// <summary>What the page of a source says.</summary>
internal static class SourceWords
{
    internal static readonly Phrase Now = new("How it is doing", "Cómo está funcionando");
    internal static readonly Phrase Refused = new("Sent to quarantine, 24 h", "A cuarentena, 24 h");
    internal static readonly Phrase Repeated = new("Repeated, 24 h", "Repetidos, 24 h");
    internal static readonly Phrase SilentFor = new("Nothing for {0}, much longer than usual. Ask the sending system, then the line between.", "Nada desde hace {0}, mucho más de lo habitual. Consulte al sistema emisor y luego la línea.");
    internal static readonly Phrase Latest = new("Latest messages", "Últimos mensajes");
    internal static readonly Phrase NoMessages = new("No message of this source is kept.", "No se conserva ningún mensaje de esta fuente.");
    internal static readonly Phrase Answer = new("Answered", "Respuesta");
    internal static readonly Phrase Became = new("What became of it", "Qué pasó con él");
    internal static readonly Phrase TryAll = new("Try all waiting again", "Reintentar todos los que esperan");
    internal static readonly Phrase Tried = new("{0} applied, {1} still wait.", "{0} aplicados, {1} aún esperan.");
    internal static readonly Phrase Settings = new("How its messages are understood", "Cómo se entienden sus mensajes");
    internal static readonly Phrase SettingsApply = new(
        "Changes hold for messages that come from now on, and for those in quarantine when they are tried again. What was applied stays as it is.",
        "Los cambios valen para los mensajes que lleguen desde ahora y para los de la cuarentena al reintentarlos. Lo ya aplicado no cambia.");
    internal static readonly Phrase Configured = new(
        "This source is set in the hub's configuration (Intake:Sources). Change it there and restart; nothing can be changed here.",
        "Esta fuente se define en la configuración del sistema (Intake:Sources). Cámbiela allí y reinicie; aquí no se puede cambiar.");
    internal static readonly Phrase NotReviewed = new(
        "This source registered itself with its first message. Check the settings and save them, so that they outlast a restart.",
        "Esta fuente se registró sola con su primer mensaje. Revise los ajustes y guárdelos para que se conserven tras un reinicio.");
    internal static readonly Phrase Display = new("Name", "Nombre");
    internal static readonly Phrase Application = new("Sending application (MSH-3)", "Aplicación emisora (MSH-3)");
    internal static readonly Phrase Facility = new("Sending facility (MSH-4)", "Centro emisor (MSH-4)");
    internal static readonly Phrase AnyHint = new("Empty for any.", "Vacío para cualquiera.");
    internal static readonly Phrase Zone = new("Time zone of its times", "Zona horaria de sus horas");
    internal static readonly Phrase ZoneHint = new(
        "An IANA name such as America/Chicago. {0} in its messages is {1} UTC today.", "Un nombre IANA como America/Chicago. {0} en sus mensajes es hoy {1} UTC.");
    internal static readonly Phrase Charset = new("Characters, when a message does not say (MSH-18)", "Caracteres, si el mensaje no lo dice (MSH-18)");
    internal static readonly Phrase CharsetAuto = new("As the bytes show", "Según los bytes");
    internal static readonly Phrase Organization = new("Organisation in the record", "Organización en los expedientes");
    internal static readonly Phrase OrganizationHint = new("A reference such as Organization/north.", "Una referencia como Organization/north.");
    internal static readonly Phrase Authority = new("System of numbers without an authority", "Sistema de números sin autoridad");
    internal static readonly Phrase Systems = new("Identifier systems by authority", "Sistemas de identificadores por autoridad");
    internal static readonly Phrase Codes = new("Code systems by the name it uses", "Sistemas de códigos por el nombre que usa");
    internal static readonly Phrase PairsHint = new("One on a line: NORTH = urn:oid:1.2.3", "Uno por línea: NORTH = urn:oid:1.2.3");
    internal static readonly Phrase Validation = new("When the content breaks a rule or profile of FHIR", "Si el contenido incumple una regla o un perfil de FHIR");
    internal static readonly Phrase ValidationHint = new(
        "What is kept with notes stands under Feeds. The structure is always checked.", "Lo que se guarda con avisos aparece en Fuentes de datos. La estructura se comprueba siempre.");
    internal static readonly Phrase ValidationWrong = new("Choose one of the ways.", "Elija una de las opciones.");
    internal static readonly Phrase Save = new("Save settings", "Guardar ajustes");
    internal static readonly Phrase Saved = new("The settings are saved and hold from now on.", "Los ajustes se guardaron y valen desde ahora.");
    internal static readonly Phrase DisplayWrong = new("Give the source a name of up to 100 characters.", "Dé a la fuente un nombre de hasta 100 caracteres.");
    internal static readonly Phrase ZoneWrong = new("This time zone is not known. Use an IANA name such as America/Chicago.", "Esta zona horaria no se conoce. Use un nombre IANA como America/Chicago.");
    internal static readonly Phrase CharsetWrong = new("Choose one of the character sets.", "Elija uno de los juegos de caracteres.");
    internal static readonly Phrase OrganizationWrong = new("Write a reference such as Organization/north, or leave it empty.", "Escriba una referencia como Organization/north o déjelo vacío.");
    internal static readonly Phrase SystemWrong = new("A system is a URI such as urn:oid:1.2.3 or https://example.org/ids.", "Un sistema es un URI como urn:oid:1.2.3 o https://example.org/ids.");
    internal static readonly Phrase PairsWrong = new("Write one name and its URI on each line, each name once: NORTH = urn:oid:1.2.3", "Escriba en cada línea un nombre y su URI, cada nombre una vez: NORTH = urn:oid:1.2.3");

    internal static string ModeText(string mode) => mode switch
    {
        "" => new Phrase("As the site has it", "Según la instalación"),
        "Off" => new Phrase("Do not look", "No comprobar"),
        "Warn" => new Phrase("Take it and keep notes", "Aceptarlo y guardar avisos"),
        _ => new Phrase("Send it to quarantine", "Enviarlo a cuarentena"),
    };
}

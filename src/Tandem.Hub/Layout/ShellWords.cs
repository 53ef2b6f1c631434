using Tandem.Kernel.Pages;

namespace Tandem.Hub.Layout;

/// <summary>What the frame of the pages says.</summary>
internal static class ShellWords
{
    internal static readonly Phrase SkipToContent = new("Skip to content", "Ir al contenido");
    internal static readonly Phrase Main = new("Main", "Principal");
    internal static readonly Phrase MyRecord = new("My record", "Mi expediente");
    internal static readonly Phrase Worklist = new("Worklist", "Pendientes");
    internal static readonly Phrase Patients = new("Patients", "Pacientes");
    internal static readonly Phrase AccessLog = new("Access log", "Accesos");
    internal static readonly Phrase Feeds = new("Feeds", "Fuentes");
    internal static readonly Phrase Apps = new("Apps", "Aplicaciones");
    internal static readonly Phrase People = new("People", "Personas");
    internal static readonly Phrase SignOut = new("Sign out", "Salir");
    internal static readonly Phrase ThisLanguage = new("English", "Español");
    internal static readonly Phrase Display = new("Display", "Pantalla");
    internal static readonly Phrase DisplayMenu = new("Display settings", "Ajustes de pantalla");
    internal static readonly Phrase Appearance = new("Appearance", "Apariencia");
    internal static readonly Phrase ThemeSystem = new("As on this device", "Como en este equipo");
    internal static readonly Phrase ThemeLight = new("Light", "Claro");
    internal static readonly Phrase ThemeDark = new("Dark", "Oscuro");
    internal static readonly Phrase ThemeContrast = new("High contrast", "Alto contraste");
    internal static readonly Phrase Shortcuts = new("Keyboard shortcuts", "Atajos de teclado");
    internal static readonly Phrase TimesAreIn = new("Times are in {0} unless another zone is named", "Las horas son de {0} salvo que se indique otra zona");
    internal static readonly Phrase KeysMove = new("In a list: next or previous row", "En una lista: fila siguiente o anterior");
    internal static readonly Phrase KeysOpen = new("In a list: open the row", "En una lista: abrir la fila");
    internal static readonly Phrase KeysFind = new("Find a person", "Buscar a una persona");
    internal static readonly Phrase KeysSearch = new("Search this page", "Buscar en esta página");
    internal static readonly Phrase KeysUndo = new("Undo the last act, while its notice shows", "Deshacer la última acción, mientras se muestre su aviso");
    internal static readonly Phrase KeysHelp = new("This sheet", "Esta hoja");
    internal static readonly Phrase LettersOff = new("Use letters only inside lists", "Usar letras solo dentro de listas");
    internal static readonly Phrase LettersOn = new("Use letters everywhere", "Usar letras en todas partes");

    internal static Phrase NameOf(Theme theme) => theme switch
    {
        Theme.Light => ThemeLight,
        Theme.Dark => ThemeDark,
        Theme.Contrast => ThemeContrast,
        _ => ThemeSystem,
    };
}

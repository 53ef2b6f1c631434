namespace Tandem.Kernel.Pages;

/// <summary>What the parts of pages say themselves.</summary>
public static class PageWords
{
    /// <summary>Beside the label of a field that may stay empty.</summary>
    public static readonly Phrase Optional = new("optional", "opcional");

    /// <summary>Before an error, for those who do not see its colour.</summary>
    public static readonly Phrase Error = new("Error:", "Error:");

    /// <summary>Over the list of errors of a form.</summary>
    public static readonly Phrase ThereIsAProblem = new("Please check this form", "Revise este formulario");

    /// <summary>Select without a choice yet.</summary>
    public static readonly Phrase Choose = new("Choose…", "Elija…");

    /// <summary>To the page before.</summary>
    public static readonly Phrase Previous = new("Previous", "Anterior");

    /// <summary>To the page after.</summary>
    public static readonly Phrase Next = new("Next", "Siguiente");

    /// <summary>Names the links to other pages of a list.</summary>
    public static readonly Phrase PagesOfTheList = new("Pages of the list", "Páginas de la lista");

    /// <summary>Applies filters.</summary>
    public static readonly Phrase Apply = new("Apply", "Aplicar");

    /// <summary>Takes all filters away.</summary>
    public static readonly Phrase ClearFilters = new("Clear filters", "Quitar filtros");

    /// <summary>Names the form of filters.</summary>
    public static readonly Phrase Filters = new("Filters", "Filtros");

    /// <summary>Takes one filter away.</summary>
    public static readonly Phrase RemoveFilter = new("Remove filter: {0}", "Quitar filtro: {0}");

    /// <summary>Takes the last act back.</summary>
    public static readonly Phrase Undo = new("Undo", "Deshacer");

    /// <summary>Closes a notice.</summary>
    public static readonly Phrase Dismiss = new("Dismiss", "Descartar");

    /// <summary>Closes a sheet.</summary>
    public static readonly Phrase Close = new("Close", "Cerrar");

    /// <summary>What an error left untouched.</summary>
    public static readonly Phrase WhatWasKept = new("What was kept", "Qué se conservó");

    /// <summary>What to do after an error.</summary>
    public static readonly Phrase WhatToDo = new("What to do", "Qué hacer");

    /// <summary>The number under which support finds an error.</summary>
    public static readonly Phrase Incident = new("Incident number", "Número de incidente");

    /// <summary>A value above its range.</summary>
    public static readonly Phrase High = new("High", "Alto");

    /// <summary>A value below its range.</summary>
    public static readonly Phrase Low = new("Low", "Bajo");

    /// <summary>The usual range of a value.</summary>
    public static readonly Phrase Range = new("range {0}–{1}", "rango {0}–{1}");

    /// <summary>The usual range of a value, without upper end.</summary>
    public static readonly Phrase RangeFrom = new("range from {0}", "rango desde {0}");

    /// <summary>The usual range of a value, without lower end.</summary>
    public static readonly Phrase RangeTo = new("range up to {0}", "rango hasta {0}");

    /// <summary>The last value is higher than the one before.</summary>
    public static readonly Phrase Rising = new("rising", "en aumento");

    /// <summary>The last value is lower than the one before.</summary>
    public static readonly Phrase Falling = new("falling", "en descenso");

    /// <summary>The last value equals the one before.</summary>
    public static readonly Phrase Steady = new("steady", "estable");

    /// <summary>No value to draw.</summary>
    public static readonly Phrase NoValues = new("no values", "sin valores");

    /// <summary>Offers what has arrived on a list since the page was read.</summary>
    public static readonly CountPhrase NewOnTheList =
        new("{0} new item · show", "{0} new items · show", "{0} elemento nuevo · mostrar", "{0} elementos nuevos · mostrar");

    /// <summary>A row that is not on the list any more.</summary>
    public static readonly Phrase NoLongerListed = new("No longer on this list", "Ya no está en esta lista");

    /// <summary>An act could not be sent.</summary>
    public static readonly Phrase Unsent = new(
        "The hub could not be reached. Nothing was saved; what you entered is still here. Try again in a moment.",
        "No se pudo contactar con el sistema. No se guardó nada; lo que escribió sigue aquí. Inténtelo de nuevo en un momento.");

    /// <summary>The stream of changes is interrupted.</summary>
    public static readonly Phrase NotLive = new(
        "Live updates are interrupted. The list shows what was known when the connection was lost; it reconnects by itself.",
        "Las actualizaciones en vivo están interrumpidas. La lista muestra lo que se sabía al perder la conexión; se reconecta sola.");
}

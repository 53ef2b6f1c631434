namespace Tandem.Kernel.Pages;

/// <summary>How pages speak of time.</summary>
public static class TimeWords
{
    /// <summary>This moment.</summary>
    public static readonly Phrase Now = new("now", "ahora");

    /// <summary>A past moment.</summary>
    public static readonly Phrase Ago = new("{0} ago", "hace {0}");

    /// <summary>A coming moment.</summary>
    public static readonly Phrase In = new("in {0}", "en {0}");

    /// <summary>A due moment that is here.</summary>
    public static readonly Phrase DueNow = new("due now", "vence ahora");

    /// <summary>A due moment to come.</summary>
    public static readonly Phrase DueIn = new("due in {0}", "vence en {0}");

    /// <summary>A due moment gone by.</summary>
    public static readonly Phrase OverdueBy = new("overdue by {0}", "venció hace {0}");

    /// <summary>This day.</summary>
    public static readonly Phrase Today = new("today", "hoy");

    /// <summary>The next day.</summary>
    public static readonly Phrase Tomorrow = new("tomorrow", "mañana");

    /// <summary>The day before.</summary>
    public static readonly Phrase Yesterday = new("yesterday", "ayer");

    /// <summary>Whole months.</summary>
    public static readonly CountPhrase Months = new("{0} mo", "{0} mo", "{0} mes", "{0} meses");

    /// <summary>Whole years.</summary>
    public static readonly CountPhrase Years = new("{0} y", "{0} y", "{0} año", "{0} años");
}

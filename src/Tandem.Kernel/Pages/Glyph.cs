namespace Tandem.Kernel.Pages;

/// <summary>The small pictures of the pages, drawn on a grid of 16 by 16. A picture never stands without words.</summary>
public enum Glyph
{
    /// <summary>A small ring.</summary>
    Neutral,

    /// <summary>An i in a circle.</summary>
    Info,

    /// <summary>A tick in a circle.</summary>
    Done,

    /// <summary>A triangle.</summary>
    Caution,

    /// <summary>A filled octagon.</summary>
    Urgent,

    /// <summary>A clock.</summary>
    Clock,

    /// <summary>An arrow up.</summary>
    Up,

    /// <summary>An arrow down.</summary>
    Down,

    /// <summary>An arrow to the right.</summary>
    Right,

    /// <summary>An arrow to the left.</summary>
    Left,

    /// <summary>A lens.</summary>
    Search,

    /// <summary>A cross.</summary>
    Cross,

    /// <summary>A plus.</summary>
    Plus,

    /// <summary>An arrow that turns back.</summary>
    Undo,

    /// <summary>A half-filled circle.</summary>
    Display,

    /// <summary>A person.</summary>
    Person,

    /// <summary>Two persons.</summary>
    People,

    /// <summary>Rows of a list.</summary>
    List,

    /// <summary>A pulse on a line.</summary>
    Pulse,

    /// <summary>An empty tray.</summary>
    Tray,

    /// <summary>A keyboard.</summary>
    Keyboard,

    /// <summary>Two parallel bars.</summary>
    Pause,

    /// <summary>A document.</summary>
    Document,

    /// <summary>A telephone.</summary>
    Phone,
}

/// <summary>The drawings: SVG path data, and whether the shape is filled.</summary>
internal static class GlyphDrawings
{
    internal static (string Path, bool Filled) Of(Glyph glyph) => glyph switch
    {
        Glyph.Info => ("M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8ZM8 7.3v3.6M8 4.7v.4", false),
        Glyph.Done => ("M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8ZM5.2 8.2l2 2 3.6-4.2", false),
        Glyph.Caution => ("M8 2.2 1.8 13.4h12.4ZM8 6.4v3.2M8 11.3v.3", false),
        Glyph.Urgent => ("M5.4 1h5.2L15 5.4v5.2L10.6 15H5.4L1 10.6V5.4ZM7.1 4v5h1.8V4ZM7.1 10.4v1.8h1.8v-1.8Z", true),
        Glyph.Clock => ("M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8ZM8 4.6V8l2.4 1.6", false),
        Glyph.Up => ("M8 13V3M4 7l4-4 4 4", false),
        Glyph.Down => ("M8 3v10M4 9l4 4 4-4", false),
        Glyph.Right => ("M6 3.5 10.5 8 6 12.5", false),
        Glyph.Left => ("M10 3.5 5.5 8 10 12.5", false),
        Glyph.Search => ("M7 2.2a4.8 4.8 0 1 0 0 9.6 4.8 4.8 0 0 0 0-9.6ZM10.5 10.5 14 14", false),
        Glyph.Cross => ("M4 4l8 8M12 4l-8 8", false),
        Glyph.Plus => ("M8 3v10M3 8h10", false),
        Glyph.Undo => ("M3 6.5h6.5a3.5 3.5 0 0 1 0 7H6M5.7 3.5 2.7 6.5l3 3", false),
        Glyph.Display => ("M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13ZM8 3.2a4.8 4.8 0 0 1 0 9.6Z", true),
        Glyph.Person => ("M8 2.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6ZM2.8 14c.4-3 2.4-4.4 5.2-4.4s4.8 1.4 5.2 4.4", false),
        Glyph.People => ("M6 2.8a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5ZM1.5 13.5c.3-2.7 2-4 4.5-4s4.2 1.3 4.5 4M10.5 3a2.4 2.4 0 0 1 0 4.7M12 9.8c1.5.5 2.3 1.7 2.5 3.7", false),
        Glyph.List => ("M5.5 4h8.5M5.5 8h8.5M5.5 12h8.5M2 4h.6M2 8h.6M2 12h.6", false),
        Glyph.Pulse => ("M1.5 8.5h3l2-5 3 9 2-4h3", false),
        Glyph.Tray => ("M2 9.5 4 3h8l2 6.5V13H2ZM2 9.5h3.5l1 1.5h3l1-1.5H14", false),
        Glyph.Keyboard => ("M1.5 4h13v8h-13ZM4 6.5h.2M6.7 6.5h.2M9.3 6.5h.2M12 6.5h.2M5 9.5h6", false),
        Glyph.Pause => ("M5.5 3.5v9M10.5 3.5v9", false),
        Glyph.Document => ("M4 1.8h5l3.2 3.2v9.2H4ZM9 1.8V5h3.2M6 8.5h4M6 11h4", false),
        Glyph.Phone => ("M3.2 2.2h2.5l1.2 3-1.5 1.2a8 8 0 0 0 4.2 4.2l1.2-1.5 3 1.2v2.5c0 .6-.5 1-1 1A10.6 10.6 0 0 1 2.2 3.2c0-.5.4-1 1-1Z", false),
        _ => ("M8 4.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7Z", false),
    };
}

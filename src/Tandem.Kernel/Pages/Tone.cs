namespace Tandem.Kernel.Pages;

/// <summary>What a colour may mean on a page. Each tone also has a shape and always comes with words.</summary>
public enum Tone
{
    /// <summary>Plain.</summary>
    Neutral,

    /// <summary>Worth knowing.</summary>
    Info,

    /// <summary>Done, in order.</summary>
    Done,

    /// <summary>To be seen to today; a warning.</summary>
    Caution,

    /// <summary>Now; an error.</summary>
    Urgent,
}

/// <summary>Tones as pages write them.</summary>
internal static class ToneLook
{
    internal static string Class(this Tone tone) => tone switch
    {
        Tone.Info => "tone-info",
        Tone.Done => "tone-done",
        Tone.Caution => "tone-caution",
        Tone.Urgent => "tone-urgent",
        _ => "tone-neutral",
    };

    internal static Glyph Glyph(this Tone tone) => tone switch
    {
        Tone.Info => Pages.Glyph.Info,
        Tone.Done => Pages.Glyph.Done,
        Tone.Caution => Pages.Glyph.Caution,
        Tone.Urgent => Pages.Glyph.Urgent,
        _ => Pages.Glyph.Neutral,
    };
}

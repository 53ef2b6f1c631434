using System.Globalization;

namespace Tandem.Record.Validation;

/// <summary>A page of what was noted.</summary>
/// <param name="Notes">In order.</param>
/// <param name="Next">Behind which note the next page begins; null when this is the last.</param>
public sealed record NotesPage(IReadOnlyList<ValidationNote> Notes, NotePlace? Next);

/// <summary>A place in the list of notes. Notes that come and go move nothing behind it.</summary>
/// <param name="HasErrors">True among those that break a rule, which come first.</param>
/// <param name="Seq">The place in the log of what the note is about.</param>
public readonly record struct NotePlace(bool HasErrors, long Seq)
{
    /// <summary>Reads a place from an address; null, the first page, for anything that is none.</summary>
    public static NotePlace? Read(string? text) => text is ['e' or 'w', .. var number] && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var seq)
        ? new NotePlace(text[0] == 'e', seq)
        : null;

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{(HasErrors ? 'e' : 'w')}{Seq}");
}

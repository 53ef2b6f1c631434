namespace Tandem.Care.Pathways;

/// <summary>What is wrong in a piece of content, for the person who wrote it.</summary>
/// <param name="File">The file, or the resource (<c>PlanDefinition/…</c>) when it came by another way.</param>
/// <param name="Path">The element, such as <c>action[0].condition[2].expression</c>; empty when it concerns the whole.</param>
/// <param name="Reason">A whole sentence.</param>
/// <param name="Position">Line and column within the file, or within the expression; null when it has none.</param>
public sealed record ContentFault(string File, string Path, string Reason, string? Position = null)
{
    /// <summary>As one line.</summary>
    public override string ToString() => string.Join(": ", new[] { File, Path, Position, Reason }.Where(part => !string.IsNullOrEmpty(part)));
}

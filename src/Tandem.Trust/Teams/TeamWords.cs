using Tandem.Kernel.Pages;

namespace Tandem.Trust.Teams;

/// <summary>What the pages of teams say.</summary>
internal static class TeamWords
{
    internal static readonly Phrase NameMissing = new("Enter a name of at most 200 characters.", "Escriba un nombre de 200 caracteres como máximo.");
    internal static readonly Phrase OrganizationUnknown = new("Choose one of the organisations of this region.", "Elija una de las organizaciones de esta región.");
    internal static readonly Phrase AbsenceTimes = new(
        "The end must lie after the beginning and ahead of now, and within a year.", "El final debe ser posterior al comienzo y a este momento, y dentro de un año.");
    internal static readonly Phrase CoverUnknown = new("Choose a colleague who can sign in.", "Elija a una persona del equipo que pueda entrar.");
}

using Tandem.Kernel.Pages;

namespace Tandem.Trust.Teams;

/// <summary>What the pages of teams say.</summary>
internal static class TeamWords
{
    internal static readonly Phrase Teams = new("Teams and queues", "Equipos y colas");
    internal static readonly Phrase People = new("People", "Personas");
    internal static readonly Phrase Lead = new(
        "A team shares its work. A queue is a team without a head: work waits there for whoever is free.", "Un equipo comparte su trabajo. Una cola es un equipo sin jefatura: el trabajo espera a quien esté libre.");
    internal static readonly Phrase New = new("New team", "Nuevo equipo");
    internal static readonly Phrase Name = new("Name", "Nombre");
    internal static readonly Phrase Kind = new("Kind", "Tipo");
    internal static readonly Phrase Team = new("Team", "Equipo");
    internal static readonly Phrase Queue = new("Queue", "Cola");
    internal static readonly Phrase IsQueue = new("It is a queue", "Es una cola");
    internal static readonly Phrase Members = new("Members", "Integrantes");
    internal static readonly Phrase Organization = new("Organisation", "Organización");
    internal static readonly Phrase WholeRegion = new("Whole region", "Toda la región");
    internal static readonly Phrase TakesWork = new("It takes work", "Recibe trabajo");
    internal static readonly Phrase NotYours = new("This team is not among those you look after", "Este equipo no está entre los que usted administra");
    internal static readonly Phrase Saved = new("The team was saved.", "Se guardó el equipo.");
    internal static readonly Phrase Joined = new("The person works in this team now.", "La persona ya trabaja en este equipo.");
    internal static readonly Phrase Left = new("The person left this team.", "La persona dejó este equipo.");
    internal static readonly Phrase NoMembers = new("Nobody works here yet.", "Aún no hay integrantes.");
    internal static readonly Phrase NewMember = new("New member", "Nueva persona en el equipo");
    internal static readonly Phrase Join = new("Add to the team", "Añadir al equipo");
    internal static readonly Phrase Leave = new("Take {0} out", "Sacar a {0}");
    internal static readonly Phrase Absences = new("Absence and cover", "Ausencia y relevo");
    internal static readonly Phrase AbsencesText = new(
        "While somebody is away, the colleague who stands in finds their list here.", "Mientras alguien está ausente, quien le releva encuentra aquí su lista.");
    internal static readonly Phrase CoveredBy = new("{0} stands in", "Releva {0}");
    internal static readonly Phrase NoCover = new("Nobody: the teams take it", "Nadie: lo toman los equipos");
    internal static readonly Phrase TakeBack = new("Take back", "Retirar");
    internal static readonly Phrase FirstDay = new("First day", "Primer día");
    internal static readonly Phrase LastDay = new("Last day", "Último día");
    internal static readonly Phrase Cover = new("Who stands in", "Quién releva");
    internal static readonly Phrase StandsInFor = new("Work of {0}, who is away", "Trabajo de {0}, que está ausente");
    internal static readonly Phrase NoteAbsence = new("Note the absence", "Anotar la ausencia");
    internal static readonly Phrase NameMissing = new("Enter a name of at most 200 characters.", "Escriba un nombre de 200 caracteres como máximo.");
    internal static readonly Phrase OrganizationUnknown = new("Choose one of the organisations of this region.", "Elija una de las organizaciones de esta región.");
    internal static readonly Phrase NameTaken = new("There is a team of this name already.", "Ya hay un equipo con este nombre.");
    internal static readonly Phrase AbsenceTimes = new(
        "The end must lie after the beginning and ahead of now, and within a year.", "El final debe ser posterior al comienzo y a este momento, y dentro de un año.");
    internal static readonly Phrase CoverUnknown = new("Choose a colleague who can sign in.", "Elija a una persona del equipo que pueda entrar.");
}

using Tandem.Kernel.Pages;

namespace Tandem.Trust.Organizations;

/// <summary>What the pages of organisations say.</summary>
public static class OrganizationWords
{
    internal static readonly Phrase Organization = new("Organisation", "Organización");
    internal static readonly Phrase Organizations = new("Organisations", "Organizaciones");
    internal static readonly Phrase All = new("All organisations", "Todas las organizaciones");
    internal static readonly Phrase People = new("People", "Personas");
    internal static readonly Phrase Lead = new(
        "What is above looks after what is below: its administrators can too.", "Lo que está arriba cuida de lo que está debajo: su administración también puede.");
    internal static readonly Phrase New = new("New organisation", "Nueva organización");
    internal static readonly Phrase Name = new("Name", "Nombre");
    internal static readonly Phrase Kind = new("Kind", "Tipo");
    internal static readonly Phrase PartOf = new("Part of", "Forma parte de");
    internal static readonly Phrase Top = new("Nothing: it stands at the top", "Nada: está en lo más alto");
    internal static readonly Phrase State = new("State", "Estado");
    internal static readonly Phrase Active = new("Takes part", "Participa");
    internal static readonly Phrase Inactive = new("No longer takes part", "Ya no participa");
    internal static readonly Phrase TakesPart = new("It takes part", "Participa en la red");
    internal static readonly Phrase TimeZone = new("Time zone", "Zona horaria");
    internal static readonly Phrase TimeZoneHint = new("Such as America/Chicago. Empty for the region's.", "Por ejemplo, America/Chicago. Vacío para la de la región.");
    internal static readonly Phrase NotYours = new("This organisation is not among those you look after", "Esta organización no está entre las que usted administra");
    internal static readonly Phrase Saved = new("The organisation was saved.", "Se guardó la organización.");
    internal static readonly Phrase Network = new("Network", "Red");
    internal static readonly Phrase Hospital = new("Hospital (inpatient)", "Hospital");
    internal static readonly Phrase Clinic = new("Clinic or practice", "Clínica o consulta");
    internal static readonly Phrase Agency = new("Public or community agency", "Agencia pública o comunitaria");
    internal static readonly Phrase Laboratory = new("Laboratory", "Laboratorio");
    internal static readonly Phrase Department = new("Department", "Departamento");
    internal static readonly Phrase Other = new("Other", "Otro");
    internal static readonly Phrase NameMissing = new("Enter a name of at most 200 characters.", "Escriba un nombre de 200 caracteres como máximo.");
    internal static readonly Phrase KindMissing = new("Choose what kind of organisation it is.", "Elija qué tipo de organización es.");
    internal static readonly Phrase AboveUnknown = new("Choose an organisation of this region.", "Elija una organización de esta región.");
    internal static readonly Phrase AboveItself = new(
        "An organisation cannot be part of itself or of one below it.", "Una organización no puede formar parte de sí misma ni de una inferior.");
    internal static readonly Phrase ZoneUnknown = new("Choose a time zone such as America/Chicago.", "Elija una zona horaria como America/Chicago.");

    internal static Phrase Of(OrganizationKind kind) => kind switch
    {
        OrganizationKind.Network => Network,
        OrganizationKind.Hospital => Hospital,
        OrganizationKind.Clinic => Clinic,
        OrganizationKind.Agency => Agency,
        OrganizationKind.Laboratory => Laboratory,
        OrganizationKind.Department => Department,
        _ => Other,
    };
}

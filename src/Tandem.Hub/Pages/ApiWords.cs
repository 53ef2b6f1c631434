using Tandem.Kernel.Pages;

namespace Tandem.Hub.Pages;

/// <summary>What the page of interfaces says.</summary>
internal static class ApiWords
{
    internal static readonly Phrase Title = new("Interfaces for other systems", "Interfaces para otros sistemas");
    internal static readonly Phrase Lead = new("What other systems may ask of this hub, and how.", "Lo que otros sistemas pueden pedir a este sistema, y cómo.");
    internal static readonly Phrase Document = new("OpenAPI document", "Documento OpenAPI");
    internal static readonly Phrase Statement = new("FHIR capability statement", "Declaración de capacidades FHIR");
    internal static readonly Phrase Method = new("Method", "Método");
    internal static readonly Phrase Path = new("Path", "Ruta");
    internal static readonly Phrase What = new("What it does", "Qué hace");
    internal static readonly Phrase Fhir = new("FHIR R4 interface", "Interfaz FHIR R4");
    internal static readonly Phrase Operation = new("Operation", "Operación");
}

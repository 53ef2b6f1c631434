using Tandem.Fhir.Json;
using Tandem.Fhir.Terminology;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Operations;
using Tandem.Record.Rest;

namespace Tandem.Record.Terminology;

/// <summary><c>CodeSystem/$lookup</c> (R4 4.8.16.1): what a code means, what is right above and below it, its properties and designations.</summary>
internal static class LookupCode
{
    internal static readonly Operation Operation = new()
    {
        Code = "lookup",
        Levels = OperationLevels.Type,
        Types = ["CodeSystem"],
        Summary = "What a code means.",
        Follows = "http://hl7.org/fhir/OperationDefinition/CodeSystem-lookup",
        Parameters =
        [
            new("code", "code", "The code, with its system."),
            new("system", "uri", "The code's system."),
            new("version", "string", "The version of the system."),
            new("coding", "Coding", "A coding instead of code and system."),
            new("displayLanguage", "code", "The language of the display; the code system's own where the code has no name in it."),
            new("property", "code", "Only these: definition, designation, lang.es (designations in a language), inactive, parent, child, or the system's own.", IsList: true),
            new("name", "string", "The code system's name.", 1, IsOut: true),
            new("version", "string", "Its version.", IsOut: true),
            new("display", "string", "What the code means.", 1, IsOut: true),
            new("designation", "BackboneElement", "Other words for it.", IsList: true, IsOut: true),
            new("property", "BackboneElement", "What else is known of it.", IsList: true, IsOut: true),
        ],
        Run = call => Task.FromResult(Run(call)),
    };

    private static FhirReply Run(OperationRequest call)
    {
        if (!ValidateCode.System(call, "system").Succeeded(out var system, out var refusal) || !TerminologyReply.Codes(call).Succeeded(out var codes, out refusal))
            return refusal;
        if (!TerminologyReply.Language(call).Succeeded(out var language, out refusal))
            return refusal;
        if (TerminologyReply.Contradicts(call["coding"].Value, system) is { } contradiction)
            return contradiction;
        if (system.Find(codes[0].Code) is not { } concept)
            return TerminologyReply.Refuse(new("not-found", "The code system does not have this code."));
        var wanted = call.Texts("property");
        return TerminologyReply.Parameters(parameters => Write(parameters, system, concept, language, name => wanted.Count == 0 || wanted.Contains(name)));
    }

    private static void Write(FhirWriter parameters, CodeSystem system, Concept concept, string? language, Func<string, bool> isWanted)
    {
        parameters.Text("name", "valueString", system.Title ?? system.Url).Text("version", "valueString", system.Version);
        var shown = system.NameOf(concept.Code, language);
        parameters.Text("display", "valueString", shown ?? concept.Code);
        if (isWanted("definition"))
            parameters.Text("definition", "valueString", concept.Node["definition"u8].Text);
        foreach (var name in system.NamesOf(concept).Skip(shown is not null && shown == concept.Display ? 1 : 0))
        {
            if (isWanted("designation") || (name.Language is { } its && isWanted("lang." + its)))
            {
                parameters.Item(item => item.Text("name", "designation").Array("part", part =>
                {
                    part.Text("language", "valueCode", name.Language);
                    if (name.Use.Exists)
                        part.Item(use => use.Text("name", "use").Raw("valueCoding", name.Use));
                    part.Text("value", "valueString", name.Text);
                }));
            }
        }

        if (isWanted("inactive"))
            Property(parameters, "inactive", value => value.Boolean("valueBoolean", concept.IsInactive));
        foreach (var (name, codes) in new[] { ("parent", system.ParentsOf(concept.Code)), ("child", system.ChildrenOf(concept.Code)) })
        {
            foreach (var code in codes)
            {
                if (isWanted(name))
                    Property(parameters, name, value => value.Text("valueCode", code));
            }
        }

        foreach (var property in system.PropertiesOf(concept))
        {
            var name = property["code"u8].Text ?? "";
            if (name is "parent" or "child" or "inactive" || !isWanted(name))
                continue;
            foreach (var member in property.Properties)
            {
                if (member.NameUtf8.StartsWith("value"u8))
                    Property(parameters, name, value => value.Raw(member.Name, member));
            }
        }
    }

    private static void Property(FhirWriter parameters, string name, Action<FhirWriter> value) =>
        parameters.Item(item => item.Text("name", "property").Array("part", part =>
        {
            part.Text("code", "valueCode", name);
            part.Item(inner => value(inner.Text("name", "value")));
        }));
}

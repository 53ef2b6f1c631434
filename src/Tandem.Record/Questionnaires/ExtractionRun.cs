using System.Text;
using System.Text.Json.Nodes;
using Tandem.Fhir.Definitions;
using Tandem.Fhir.Json;
using Tandem.Fhir.Structure;
using Tandem.Kernel.Outcomes;

namespace Tandem.Record.Questionnaires;

/// <summary>One extraction: walks the response with the questionnaire beside it.</summary>
internal sealed class ExtractionRun(FhirNode questionnaire, FhirNode response, Func<string, FhirNode> resolve, Func<string> fresh)
{
    /// <summary>A StructureMap (SDC 3.0), and the templates and definitions of SDC 4.0.</summary>
    private static readonly string[] Unfollowed = ["targetStructureMap", "templateExtract", "templateExtractBundle", "definitionExtract"];

    private readonly Dictionary<FhirNode, Dictionary<string, (int Place, FhirNode Item)>> asked = [];
    private readonly ObservedAnswers observer = new(response);
    private FhirNode? subject;

    /// <summary>The stored resources that are changed, each once for all its contexts: a transaction changes a resource once (R4 3.1.0.11.2).</summary>
    private readonly Dictionary<string, (DefinedResource Built, FhirNode Stored)> changed = new(StringComparer.Ordinal);

    /// <summary>Entries of a transaction.</summary>
    internal List<JsonObject> Entries { get; } = [];

    internal List<RefusalDetail> Issues { get; } = [];

    internal void Extract()
    {
        var context = ContextOf(questionnaire, response);
        Ways(questionnaire);
        Walk(questionnaire, response, context, ObservedAnswers.At(questionnaire, default, Issues));
        Add(context);
        foreach (var (built, stored) in changed.Values)
            Add(built, stored);
    }

    /// <summary>Takes what is answered below an item, or at the top, in the order of the questionnaire.</summary>
    private void Walk(FhirNode definitions, FhirNode answers, DefinedResource? context, Observing observing)
    {
        if (!answers["item"u8].Exists)
            return;
        var items = Asked(definitions);
        var given = new List<(int Place, FhirNode Item, FhirNode Given)>();
        foreach (var one in answers["item"u8].Items)
        {
            if (one["linkId"u8].Text is { } linkId && items.TryGetValue(linkId, out var item))
                given.Add((item.Place, item.Item, one));
            else
                Issues.Add(new("not-found", "The questionnaire has no item with this linkId here; what it says is left out.", $"item {one["linkId"u8].Text}"));
        }

        foreach (var (_, item, one) in given.OrderBy(pair => pair.Place))
            Item(item, one, context, observing);
    }

    /// <summary>The items below one of the questionnaire by linkId, read once for all answers that have items below them.</summary>
    private Dictionary<string, (int Place, FhirNode Item)> Asked(FhirNode definitions)
    {
        if (asked.TryGetValue(definitions, out var items))
            return items;
        asked[definitions] = items = new(StringComparer.Ordinal);
        foreach (var item in definitions["item"u8].Items)
            items.TryAdd(item["linkId"u8].Text ?? "", (items.Count, item));
        return items;
    }

    private void Item(FhirNode item, FhirNode given, DefinedResource? outer, Observing above)
    {
        var own = ContextOf(item, given);
        var context = own ?? outer;
        var observing = ObservedAnswers.At(item, above, Issues);
        var definition = Definition(item);
        var inGroup = context is not null && definition is not null && item["type"u8].Is("group"u8) ? context.Enter(definition) : null;
        foreach (var answer in given["answer"u8].Items)
        {
            var value = answer.Value();
            if (value.Exists && observer.Observe(item, value, observing, Issues) is { } observation)
                Entries.Add(Entry(observation, "Observation"));
            if (context is not null && definition is not null && value.Exists && !IsId(context, definition, value) && context.Set(definition, value, item.Unit()) is { } fault)
                Issues.Add(new("processing", fault, $"item {item["linkId"u8].Text}"));
            Walk(item, answer, context, observing);
        }

        Walk(item, given, context, observing);
        inGroup?.Dispose();
        Add(own);
    }

    /// <summary>Tells of the ways to extract that a questionnaire or its items name and that are not followed here: each would give resources that are missing otherwise.</summary>
    private void Ways(FhirNode holder)
    {
        foreach (var way in Unfollowed)
        {
            if (holder.Sdc("sdc-questionnaire-" + way).Exists)
                Issues.Add(new("not-supported", $"Resources are to be made by {way} too, which is not done here.", holder["linkId"u8].Text is { } link ? $"item {link}" : "Questionnaire"));
        }

        foreach (var item in holder["item"u8].Items)
            Ways(item);
    }

    /// <summary>True for the answer that told which resource is changed.</summary>
    private static bool IsId(DefinedResource context, string definition, FhirNode answer) => context.Id is { } id && definition == $"{context.Type.Name}.id" && answer.Is(Encoding.UTF8.GetBytes(id));

    private static string? Definition(FhirNode item) => item["definition"u8].Text is { } address && address.IndexOf('#', StringComparison.Ordinal) is var hash and >= 0 ? address[(hash + 1)..] : null;

    /// <summary>
    /// A resource to build (SDC 7.2): a new one of the named type; when the context asks for it by a query, the stored one whose id is answered ("hidden questions with the 'id' elements of the
    /// relevant resources"), or the subject.
    /// </summary>
    private DefinedResource? ContextOf(FhirNode holder, FhirNode given)
    {
        var extension = holder.Sdc("itemExtractionContext");
        if (!extension.Exists)
            return null;
        var query = extension["valueExpression"u8]["expression"u8].Text;
        var type = extension["valueCode"u8].Text ?? query?.Split('?')[0] ?? "";
        if (R4.Types.Find(type) is not { IsResource: true } known)
        {
            Issues.Add(new("not-supported", "The extraction context names no resource type.", $"item {holder["linkId"u8].Text}"));
            return null;
        }

        if (query is not null && IdOf(holder, given, $"{type}.id") is { } id)
            return Changed(known, id, PrimitiveText.IsValid(Encoding.UTF8.GetBytes(id), PrimitiveKind.Id) ? resolve($"{type}/{id}") : default, holder);
        return query is not null && Subject["resourceType"u8].Text == type
            ? Changed(known, Subject["id"u8].Text ?? "", Subject, holder)
            : new DefinedResource(known, new JsonObject { ["resourceType"] = type }, null);
    }

    /// <summary>The stored resource, to change; for one that is not here or may not be read one that is left out.</summary>
    private DefinedResource Changed(FhirType type, string id, FhirNode stored, FhirNode holder)
    {
        if (!stored.Exists)
        {
            Issues.Add(new("not-found", $"There is no {type.Name} with the id that is answered; what was to be changed in it is left out.", $"item {holder["linkId"u8].Text}"));
            return new DefinedResource(type, new JsonObject { ["resourceType"] = type.Name }, id);
        }

        if (!changed.TryGetValue($"{type.Name}/{id}", out var known))
            changed[$"{type.Name}/{id}"] = known = (new DefinedResource(type, JsonTree.Of(stored).AsObject(), id), stored);
        return known.Built;
    }

    /// <summary>The answer that gives the id of the resource of a context, wherever below it; those in a context of their own tell of another resource.</summary>
    private string? IdOf(FhirNode definitions, FhirNode given, string path)
    {
        foreach (var one in given["item"u8].Items.AsEnumerable().Concat(given["answer"u8].Items.AsEnumerable().SelectMany(answer => answer["item"u8].Items.AsEnumerable())))
        {
            if (!Asked(definitions).TryGetValue(one["linkId"u8].Text ?? "", out var item) || item.Item.Sdc("itemExtractionContext").Exists)
                continue;
            if ((Definition(item.Item) == path ? one["answer"u8].First.Value().Text : IdOf(item.Item, one, path)) is { } id)
                return id;
        }

        return null;
    }

    private FhirNode Subject => subject ??= resolve(response["subject"u8]["reference"u8].Text ?? "");

    /// <param name="built">What is added if anything was said in it; a change only with what is stored.</param>
    /// <param name="stored">What is changed.</param>
    private void Add(DefinedResource? built, FhirNode stored = default)
    {
        if (built is not { IsChanged: true } || stored.Exists != (built.Id is not null))
            return;
        foreach (var fault in StructureCheck.Check(FhirJson.ParseStored(JsonTree.Bytes(built.Json)).Root).Where(issue => issue.IsError))
            Issues.Add(new(fault.Code, fault.Text, fault.Expression));
        var entry = Entry(built.Json, built.Type.Name);
        if (built.Id is not null)
            entry["request"] = new JsonObject { ["method"] = "PUT", ["url"] = $"{built.Type.Name}/{built.Id}", ["ifMatch"] = $"W/\"{stored["meta"u8]["versionId"u8].Text}\"" }; // what was written meanwhile stays
        Entries.Add(entry);
    }

    private JsonObject Entry(JsonObject resource, string type) => new()
    {
        ["fullUrl"] = fresh(),
        ["resource"] = resource,
        ["request"] = new JsonObject { ["method"] = "POST", ["url"] = type },
    };
}

using Tandem.Fhir.Definitions;
using Tandem.Fhir.FhirPath;
using Tandem.Fhir.Json;
using Tandem.Fhir.Search;
using Tandem.Kernel.Outcomes;

namespace Tandem.Record.Subscriptions;

/// <summary>Reads a topic from a Basic resource (backport 1.1, "Topic discovery": the elements of R5 SubscriptionTopic as extensions).</summary>
internal static class TopicReader
{
    private const string TypePrefix = "http://hl7.org/fhir/StructureDefinition/";

    internal static string? UrlOf(FhirNode basic) => Extensions(basic, "url").Select(Value).FirstOrDefault().Text;

    /// <summary>The topic, or what of it is not understood.</summary>
    internal static Outcome<Topic> Read(FhirNode basic)
    {
        if (UrlOf(basic) is not { } url)
            return Wrong("A topic needs its canonical address (extension SubscriptionTopic.url).");
        if (Extensions(basic, "eventTrigger").Any())
            return Wrong("Topics with eventTrigger are not offered; use resourceTrigger.");
        var status = basic["modifierExtension"u8].Items.AsEnumerable().Concat(basic["extension"u8].Items.AsEnumerable())
            .Where(extension => extension["url"u8].Text == Backport.Topic + "status").Select(Value).FirstOrDefault().Text;
        var (triggers, filters, shapes) = (new List<Trigger>(), new List<TopicFilter>(), new List<TopicShape>());
        foreach (var trigger in Extensions(basic, "resourceTrigger"))
        {
            if (!ReadTrigger(trigger).Succeeded(out var read, out var refusal))
                return refusal;
            triggers.Add(read);
        }

        foreach (var filter in Extensions(basic, "canFilterBy"))
        {
            if (Text(filter, "filterParameter") is not { } parameter)
                return Wrong("canFilterBy needs a filterParameter.");
            filters.Add(new(TypeOf(filter), parameter, Texts(filter, "comparator"), Texts(filter, "modifier")));
        }

        foreach (var shape in Extensions(basic, "notificationShape"))
        {
            if (!ReadShape(shape).Succeeded(out var read, out var refusal))
                return refusal;
            shapes.Add(read);
        }

        return triggers.Count == 0
            ? Wrong("A topic needs at least one resourceTrigger.")
            : new Topic(url, Extensions(basic, "version").Select(Value).FirstOrDefault().Text, status is "active" or "draft", triggers, filters, shapes);
    }

    private static Outcome<Trigger> ReadTrigger(FhirNode trigger)
    {
        if (TypeOf(trigger) is not { } type || (type != Topics.AnyType && !R4.IsResourceType(type)))
            return Wrong("resourceTrigger.resource has to be a resource type of R4, or Resource for all.");
        var on = Interactions.None;
        foreach (var code in Texts(trigger, "supportedInteraction"))
        {
            if (!Enum.TryParse<Interactions>(code, ignoreCase: true, out var one) || one is not (Interactions.Create or Interactions.Update or Interactions.Delete))
                return Wrong("resourceTrigger.supportedInteraction has to be create, update or delete.");
            on |= one;
        }

        QueryCriteria? query = null;
        if (Part(trigger, "queryCriteria") is { Exists: true } criteria && !ReadQuery(type, criteria).Succeeded(out query, out var refusal))
            return refusal;
        FhirPathExpression? path = null;
        if (Text(trigger, "fhirPathCriteria") is { } expression && (path = FhirPathExpression.Compile(expression, out var fault)) is null)
            return Wrong($"resourceTrigger.fhirPathCriteria cannot be read: {fault!.Reason}");
        return new Trigger(type, on == Interactions.None ? Interactions.All : on, query, path);
    }

    private static Outcome<QueryCriteria?> ReadQuery(string type, FhirNode criteria)
    {
        if (!Criterion(type, Text(criteria, "previous")).Succeeded(out var previous, out var refusal)
            || !Criterion(type, Text(criteria, "current")).Succeeded(out var current, out refusal))
        {
            return refusal;
        }

        return previous is null && current is null
            ? Wrong("queryCriteria needs previous or current.")
            : new QueryCriteria(
                previous,
                current,
                Text(criteria, "requireBoth") == "true",
                Text(criteria, "resultForCreate") == "test-passes",
                Text(criteria, "resultForDelete") == "test-passes");
    }

    private static Outcome<Criterion?> Criterion(string type, string? query) =>
        query is null ? (Criterion?)null : Subscriptions.Criterion.Read(type, query).Then<Criterion?>(criterion => criterion);

    private static Outcome<TopicShape> ReadShape(FhirNode shape)
    {
        if (TypeOf(shape) is not { } type || !R4.IsResourceType(type))
            return Wrong("notificationShape.resource has to be a resource type of R4.");
        var pairs = Texts(shape, "include").Select(include => KeyValuePair.Create("_include", include))
            .Concat(Texts(shape, "revInclude").Select(include => KeyValuePair.Create("_revinclude", include)));
        var query = SearchQuery.Parse(type, pairs);
        return query.Problems.Count > 0 ? Wrong($"notificationShape: {query.Problems[0].Reason}") : new TopicShape(type, query);
    }

    private static string? TypeOf(FhirNode part) => Text(part, "resource") is { } type && type.StartsWith(TypePrefix, StringComparison.Ordinal)
        ? type[TypePrefix.Length..]
        : Text(part, "resource");

    private static IEnumerable<FhirNode> Extensions(FhirNode basic, string name) =>
        basic["extension"u8].Items.AsEnumerable().Where(extension => extension["url"u8].Text == Backport.Topic + name);

    private static IEnumerable<FhirNode> Parts(FhirNode extension, string name) =>
        extension["extension"u8].Items.AsEnumerable().Where(part => part["url"u8].Text == name);

    private static FhirNode Part(FhirNode extension, string name) => Parts(extension, name).FirstOrDefault();

    private static string? Text(FhirNode extension, string name) => Value(Part(extension, name)).Text;

    private static List<string> Texts(FhirNode extension, string name) => [.. Parts(extension, name).Select(part => Value(part).Text).OfType<string>()];

    /// <summary>The value of an extension, whatever its type.</summary>
    internal static FhirNode Value(FhirNode extension) =>
        extension.Properties.AsEnumerable().FirstOrDefault(member => member.NameUtf8.StartsWith("value"u8));

    private static Refusal Wrong(string text) => Refusal.Unprocessable("", new RefusalDetail("not-supported", text, "Basic"));
}

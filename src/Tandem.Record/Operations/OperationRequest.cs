using System.Globalization;
using Microsoft.AspNetCore.Http;
using Tandem.Fhir.Json;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Rest;

namespace Tandem.Record.Operations;

/// <summary>One argument of a call: a text of the query, or a parameter of the body.</summary>
internal readonly record struct OperationArgument(string Name, string? Query, FhirNode Parameter)
{
    /// <summary>The value: <c>value[x]</c> of the parameter, missing for one of the query.</summary>
    internal FhirNode Value
    {
        get
        {
            foreach (var member in Parameter.Properties)
            {
                if (member.NameUtf8.StartsWith("value"u8))
                    return member;
            }

            return default;
        }
    }

    /// <summary>The text of a primitive value.</summary>
    internal string? Text => Query ?? Value.Text;

    /// <summary>The resource: that of a parameter, or the whole body, which may have an element of the name <c>resource</c> itself.</summary>
    internal FhirNode Resource => Parameter["resourceType"u8].Exists ? Parameter : Parameter["resource"u8];
}

/// <summary>A call of an operation with its arguments, from the query or a body of Parameters (R4 3.2.0.2).</summary>
internal sealed class OperationRequest(FhirRequest fhir, Operation operation, IReadOnlyList<OperationArgument> arguments)
{
    private static readonly string[] General = ["_format", "_pretty", "_summary", "_elements"];

    internal FhirRequest Fhir => fhir;

    /// <summary>The type on the path; empty at the level of the system.</summary>
    internal string Type => fhir.Type;

    /// <summary>The id on the path; empty when called on a type.</summary>
    internal string Id => fhir.Id;

    internal IReadOnlyList<OperationArgument> Arguments => arguments;

    /// <summary>The first argument of this name; its parts are missing when there is none.</summary>
    internal OperationArgument this[string name] => arguments.FirstOrDefault(argument => argument.Name == name);

    internal string? Text(string name) => this[name].Text;

    /// <summary>A reference that was sent as a text, or as a Reference.</summary>
    internal string? Reference(string name) => Text(name) ?? this[name].Value["reference"u8].Text;

    /// <summary>All texts of this name; a text of the query may hold several, separated by commas.</summary>
    internal IReadOnlyList<string> Texts(string name) =>
    [
        .. arguments.Where(argument => argument.Name == name && argument.Text is not null)
            .SelectMany(argument => argument.Text!.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)),
    ];

    /// <summary>The arguments as a query, for the links of a page.</summary>
    internal string Kept => QueryPairs.Write(arguments.Where(argument => argument.Name != "_cursor" && argument.Text is not null)
        .Select(argument => new KeyValuePair<string, string>(argument.Name, argument.Text!)));

    /// <summary>What the address says of how the answer is to look: of each page alike.</summary>
    internal string Looks => QueryPairs.Write(QueryPairs.Read(fhir.Http.Request.QueryString.Value ?? "").Where(pair => IsGeneral(operation, pair.Key)));

    /// <summary>What is wrong with lists that hold an empty value (<c>_type=,</c>): read as no list, they would mean everything.</summary>
    internal IEnumerable<RefusalDetail> WithoutValue(params IEnumerable<string> names) => names
        .Where(name => arguments.Any(argument => argument.Name == name && argument.Text?.Split(',').Any(string.IsNullOrWhiteSpace) == true))
        .Select(name => new RefusalDetail("value", $"A value of {name} is empty."));

    /// <summary>Reads the arguments and holds them against the declaration.</summary>
    internal static async Task<Outcome<OperationRequest>> ReadAsync(FhirRequest fhir, Operation operation)
    {
        var arguments = QueryPairs.Read(fhir.Http.Request.QueryString.Value ?? "")
            .Where(pair => !IsGeneral(operation, pair.Key))
            .Select(pair => new OperationArgument(pair.Key, pair.Value, default)).ToList();
        if (HttpMethods.IsPost(fhir.Http.Request.Method) && fhir.HasBody)
        {
            if (!(await FhirBody.BundleAsync(fhir)).Succeeded(out var body, out var refusal))
                return refusal;
            if (!Body(fhir, operation, body).Succeeded(out var sent, out refusal) || (operation.BuildsOnBody && !FhirBody.Shaped(body, hasPlaces: !fhir.IsXmlBody).Succeeded(out _, out refusal)))
                return refusal;
            arguments.AddRange(sent);
        }

        return Problems(fhir, operation, arguments) is { Count: > 0 } problems
            ? Refusal.Invalid("", [.. problems])
            : new OperationRequest(fhir, operation, arguments);
    }

    /// <summary>True for what may be asked of every answer and is no parameter of the operation's own.</summary>
    private static bool IsGeneral(Operation operation, string name) => General.Contains(name) && !operation.Parameters.Any(parameter => parameter.Name == name);

    /// <summary>The operation as declared.</summary>
    internal Operation Operation => operation;

    private static Outcome<List<OperationArgument>> Body(FhirRequest fhir, Operation operation, FhirNode body)
    {
        if (body["resourceType"u8].Is("Parameters"u8) && !IsItself(fhir, operation, body))
        {
            return body["parameter"u8].Items.AsEnumerable()
                .Select(parameter => new OperationArgument(parameter["name"u8].Text ?? "", null, parameter)).ToList();
        }

        return operation.Body is { } only && body["resourceType"u8].Exists
            ? new List<OperationArgument> { new(only.Name, null, body) }
            : Refusal.Invalid("", new RefusalDetail("structure", "The body has to be a Parameters resource."));
    }

    /// <summary>True for Parameters that are the resource the operation is about: called on that type, with none of its own parameters in them.</summary>
    private static bool IsItself(FhirRequest fhir, Operation operation, FhirNode body) => fhir is { Type: "Parameters", Id: "" } && operation.Body?.Type == "Resource"
        && !body["parameter"u8].Items.AsEnumerable().Any(parameter => operation.Parameters.Any(own => !own.IsOut && own.Name == parameter["name"u8].Text));

    /// <summary>What was not understood and is left out, to be told with the answer.</summary>
    internal IEnumerable<RefusalDetail> LeftOut => arguments.Where(argument => IsUnknown(operation, argument)).Select(Unknown);

    private static bool IsUnknown(Operation operation, OperationArgument argument) =>
        !operation.TakesSearch && !operation.Parameters.Any(parameter => !parameter.IsOut && parameter.Name == argument.Name);

    private static RefusalDetail Unknown(OperationArgument argument) => new("not-supported", $"The parameter {FhirRequest.Shown(argument.Name)} is not supported here.");

    private static List<RefusalDetail> Problems(FhirRequest fhir, Operation operation, List<OperationArgument> arguments)
    {
        var problems = new List<RefusalDetail>();
        var known = operation.Parameters.Where(parameter => !parameter.IsOut).ToList();
        foreach (var argument in arguments)
        {
            if (!IsOne(argument.Parameter))
                problems.Add(new("invariant", $"The parameter {FhirRequest.Shown(argument.Name)} has to have one of value, resource and part (inv-1)."));
            if ((fhir.IsStrict || !operation.TellsWhatIsLeftOut) && IsUnknown(operation, argument))
                problems.Add(Unknown(argument));
            if (operation.TakesSearch && argument.Text is null && !known.Exists(parameter => parameter.Name == argument.Name))
                problems.Add(new("value", $"{FhirRequest.Shown(argument.Name)} has to be a text: it is what a search has in its address."));
        }

        foreach (var parameter in known)
        {
            var count = arguments.Count(argument => argument.Name == parameter.Name);
            if (count < parameter.Min)
                problems.Add(new("required", $"The parameter {parameter.Name} is missing."));
            if (count > 1 && !parameter.IsList)
                problems.Add(new("invalid", $"The parameter {parameter.Name} may be given once."));
        }

        problems.AddRange(arguments.Select(argument => (argument, known.Find(parameter => parameter.Name == argument.Name)))
            .Where(pair => pair.Item2 is not null).Select(pair => Misfit(pair.argument, pair.Item2!)).OfType<RefusalDetail>());
        return problems;
    }

    /// <summary>
    /// A parameter is a value, a resource, or parts (R4 Parameters, inv-1); the whole body is a resource. What holds none says nothing, unless an extension says it:
    /// left unsaid it would be read as not given. A part may hold none, as a variable without a value does.
    /// </summary>
    private static bool IsOne(FhirNode parameter) =>
        !parameter.Exists || parameter["resourceType"u8].Exists || (IsOneAtMost(parameter) && (Held(parameter) == 1 || parameter["extension"u8].Exists));

    private static bool IsOneAtMost(FhirNode parameter) => Held(parameter) <= 1 && parameter["part"u8].Items.AsEnumerable().All(IsOneAtMost);

    private static int Held(FhirNode parameter) =>
        parameter.Properties.AsEnumerable().Count(member => member.NameUtf8.StartsWith("value"u8) || member.NameUtf8.SequenceEqual("resource"u8) || member.NameUtf8.SequenceEqual("part"u8));

    /// <summary>What an argument is not, but has to be by its type: an address holds no values made of parts (R4 3.2.0.2).</summary>
    private static RefusalDetail? Misfit(OperationArgument argument, OperationParameter parameter) => parameter.Type switch
    {
        _ when argument.Query is { Length: 0 } => new("value", $"{parameter.Name} has no value."),
        "boolean" when argument.Text is not ("true" or "false") || IsString(argument) => new("value", $"{parameter.Name} has to be true or false."),
        "positiveInt" when !int.TryParse(argument.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number == 0 || IsString(argument) => new("value", $"{parameter.Name} has to be a number from 1 on."),
        "integer" when !int.TryParse(argument.Text, NumberStyles.None, CultureInfo.InvariantCulture, out _) || IsString(argument) => new("value", $"{parameter.Name} has to be a number from 0 on."),
        "uri" or "url" or "canonical" or "code" or "id" or "date" or "dateTime" or "instant" when argument.Query is null && !IsString(argument) => new("value", $"{parameter.Name} has to be a value of type {parameter.Type}."),
        "string" when argument.Query is null && !IsString(argument) && !IsOfSearch(argument, parameter) => new("value", $"{parameter.Name} has to be a text."),
        "decimal" when argument.Text is null => new("value", $"{parameter.Name} has to be a number."),
        not "Reference" when argument.Query is not null && char.IsUpper(parameter.Type[0]) => new("not-supported", $"{parameter.Name} is made of parts: post it within a Parameters resource."),
        not "Resource" when Operation.IsResource(parameter.Type) && argument.Resource["resourceType"u8].Text != parameter.Type => new("value", $"{parameter.Name} has to be a {parameter.Type}."),
        "Resource" when !argument.Resource.Exists && !argument.Parameter["extension"u8].Exists => new("value", $"{parameter.Name} has to be a resource."),
        "BackboneElement" when !argument.Parameter["part"u8].Exists => new("value", $"{parameter.Name} has to be made of parts."),
        not "BackboneElement" when argument.Query is null && IsOfParts(parameter) && !(argument.Value.IsObject && argument.Value.Name == "value" + parameter.Type) => new("value", $"{parameter.Name} has to be a value of type {parameter.Type}."),
        _ => null,
    };

    /// <summary>True for what is no primitive and no resource.</summary>
    private static bool IsOfParts(OperationParameter parameter) => char.IsUpper(parameter.Type[0]) && !Operation.IsResource(parameter.Type);

    /// <summary>True for a string that is posted as what it says.</summary>
    private static bool IsOfSearch(OperationArgument argument, OperationParameter parameter) =>
        argument.Value.IsObject && (parameter.SearchType, argument.Value.Name) is ("reference", "valueReference") or ("token", "valueCodeableConcept");

    private static bool IsString(OperationArgument argument) => argument.Value.Kind == JsonKind.String;
}

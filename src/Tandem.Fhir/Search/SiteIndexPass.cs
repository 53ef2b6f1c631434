using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Tandem.Fhir.Definitions;
using Tandem.Fhir.FhirPath;
using Tandem.Fhir.FhirPath.Model;
using Tandem.Fhir.Json;
using Tandem.Fhir.Views;

namespace Tandem.Fhir.Search;

/// <summary>Reads the values of a site's own parameters out of one resource.</summary>
internal static class SiteIndexPass
{
    /// <summary>What an expression may take of a resource of any size; of a large one as much as it has bytes, so that each item may be looked at some times.</summary>
    private const int LeastWork = 100_000;

    /// <summary>Adds the values of one parameter.</summary>
    /// <returns>False when the expression, or that of a part, has no answer for the resource: it fails, or takes too much.</returns>
    internal static bool Read(FhirNode resource, SiteSearchParameter parameter, SearchIndexOptions options, SearchValueList into, ContainedResources? around = null)
    {
        if (!parameter.Path.TryEvaluate(Context(Math.Max(LeastWork, resource.Raw.Length)), out var values, out _))
            return false;
        var ofParts = Context(LeastWork); // each part is evaluated for each of the values
        var pass = new IndexPass(resource, options, into, around);
        var trail = new ElementTrail();
        var (group, isWhole) = (0, true);
        foreach (var value in parameter.Type == SearchType.Special ? values.Take(1) : values) // the index keeps one position of a resource
        {
            if (parameter.Parts.Count == 0)
                Add(pass, value, trail, new IndexSlot(parameter.Number, parameter.Type, 0, 0));
            else
                isWhole &= AddParts(pass, value, trail, ofParts, parameter, ++group);
        }

        return isWhole;

        FhirPathContext Context(int work) => new(resource) { Resolve = Stub, ResolveWork = 0, MaxWork = work, Now = Written(around?.Around ?? resource, options.Zone) };
    }

    /// <summary>When the version was written, for <c>now()</c> and <c>today()</c>: a version gives the same values whenever it is read, so that its rows are found again when it is replaced.</summary>
    private static DateTimeOffset Written(FhirNode version, TimeZoneInfo zone) =>
        DateTimeOffset.TryParse(version["meta"u8]["lastUpdated"u8].Text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? TimeZoneInfo.ConvertTime(at, zone) : default;

    /// <summary>Reads every part from one value; the parts' values share a group.</summary>
    private static bool AddParts(IndexPass pass, FhirValue from, ElementTrail trail, FhirPathContext context, SiteSearchParameter parameter, int group)
    {
        var isWhole = true;
        for (byte place = 0; place < parameter.Order.Count; place++)
        {
            var part = parameter.Parts[parameter.Order[place]];
            if (!FhirPathExpression.Compile(part.Expression).TryEvaluate(context.At(from), out var values, out _))
            {
                isWhole = false;
                continue;
            }

            foreach (var value in values)
                Add(pass, value, trail, new IndexSlot(parameter.Number, part.Type, place, group));
        }

        return isWhole;
    }

    private static void Add(IndexPass pass, FhirValue value, ElementTrail trail, IndexSlot slot)
    {
        if (NodeOf(value) is { Exists: true } node)
            pass.Add(node, value.Type is { } type ? new StepName([], type, CodesOf(value, type, trail, slot), IsList: false) : null, slot);
    }

    /// <summary>The codes that R4 binds an element to: they say the system of a code (R4 3.1.1.4.10), which stands there without one.</summary>
    private static CodeTable? CodesOf(FhirValue value, FhirType type, ElementTrail trail, IndexSlot slot) =>
        slot.Kind == SearchType.Token && type.Name == "code" && value.Kind == FhirValueKind.Node ? trail.Of(value.Node)?.Codes : null;

    /// <summary>What a reference points to as far as its text tells: enough for <c>resolve() is Patient</c>.</summary>
    private static FhirNode Stub(string reference)
    {
        var text = Encoding.UTF8.GetBytes(reference);
        return ReferenceText.Read(text) is not { } parts ? default
            : FhirJson.ParseStored(FhirWriter.Resource(Encoding.UTF8.GetString(text[parts.Type]), stub => stub.Text("id", Encoding.UTF8.GetString(text[parts.Id])))).Root;
    }

    /// <summary>An element as it stands in the resource; a value that was worked out as one of its own.</summary>
    private static FhirNode NodeOf(FhirValue value)
    {
        if (value.Kind == FhirValueKind.Node)
            return value.Node;
        var buffer = new ArrayBufferWriter<byte>(64);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WritePropertyName("value"u8);
            switch (value.Kind)
            {
                case FhirValueKind.Boolean:
                    json.WriteBooleanValue(value.Boolean == true);
                    break;
                case FhirValueKind.Integer or FhirValueKind.Long or FhirValueKind.Decimal:
                    json.WriteNumberValue(value.Number!.Value);
                    break;
                case FhirValueKind.Quantity when value.Quantity is { } quantity:
                    json.WriteStartObject();
                    json.WriteNumber("value"u8, quantity.Value);
                    json.WriteString("unit"u8, quantity.Unit);
                    json.WriteString("system"u8, Ucum.System);
                    json.WriteString("code"u8, quantity.Code);
                    json.WriteEndObject();
                    break;
                default:
                    json.WriteStringValue(value.ToString());
                    break;
            }

            json.WriteEndObject();
        }

        return FhirJson.ParseStored(buffer.WrittenMemory).Root["value"u8];
    }
}

using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Tandem.Fhir.Definitions;
using Tandem.Fhir.FhirPath;
using Tandem.Fhir.Json;

namespace Tandem.Record.Questionnaires;

/// <summary>A resource that is built along element paths such as <c>Patient.name.family</c> (SDC 7.2). A group whose definition repeats gets an item of its own.</summary>
internal sealed class DefinedResource(FhirType type, JsonObject json, string? id)
{
    private readonly List<(string Path, JsonObject Item)> groups = [];
    private readonly HashSet<(JsonObject Place, string Element)> begun = [];

    /// <summary>The ids and extensions of primitives (R4 2.6.2.3) that something was set in.</summary>
    private readonly HashSet<JsonNode> companions = [];

    /// <summary>The extensions that were begun here: those that were there before are something else's, unless they have the same url.</summary>
    private readonly HashSet<JsonNode> extensions = [];

    internal FhirType Type => type;

    internal JsonObject Json => json;

    /// <summary>The id of the resource that is changed; null for a new one.</summary>
    internal string? Id => id;

    internal bool IsChanged { get; private set; }

    /// <summary>Begins the item of a repeating element that the answers of a group belong to; null when the path names none.</summary>
    internal IDisposable? Enter(string path)
    {
        if (Find(path) is not { Element: { IsList: true, IsChoice: false } element } || element.Types[0].Type.IsPrimitive)
            return null;
        var item = new JsonObject();
        groups.Add((path, item));
        return new Group(this, path, element.Name, item);
    }

    /// <summary>Sets an element to an answer; what repeats takes each answer, the first in place of what was there. Gives the reason when it cannot be.</summary>
    /// <param name="path">The element: <c>Patient.name.given</c>.</param>
    /// <param name="answer">The answer's <c>value[x]</c>.</param>
    /// <param name="unit">The unit that the item gives its numbers (a Coding); missing for none.</param>
    internal string? Set(string path, FhirNode answer, FhirNode unit = default)
    {
        if (Find(path) is not { } found)
            return $"{path} is no element of {type.Name}.";
        foreach (var to in found.Types.OrderBy(to => answer.Name != "value" + char.ToUpperInvariant(to.Name[0]) + to.Name[1..]))
        {
            if (ElementValue.Of(answer, to, unit) is { } value)
                return found.Misfit(value, to) ?? Place(path, found, to, value);
        }

        return $"An answer given as {answer.Name} does not fit {path}.";
    }

    /// <summary>
    /// Sets an element to what an expression gave, in place of what was there: a list to all values, an item of it (<c>reasonCode[0]</c>) and what does not repeat to one.
    /// Gives the reason when it cannot be.
    /// </summary>
    internal string? Put(string path, IReadOnlyList<FhirValue> values)
    {
        if (Find(path, takesNumbers: true) is not { } found)
            return $"{path} is no element of {type.Name}.";
        if (values.Count > 1 && (found.Number is not null || !found.Element.IsList))
            return $"{path} takes one value, and the expression gives {values.Count}.";
        if (Parent(path, isMade: true) is not { } place)
            return Beyond(path);
        begun.Remove((place, found.Element.Name));
        return values.Select(value => Put(path, found, value)).FirstOrDefault(fault => fault is not null);
    }

    private string? Put(string path, DefinedElement found, FhirValue value)
    {
        foreach (var to in found.Types.OrderBy(to => !string.Equals(to.Name, value.TypeName, StringComparison.OrdinalIgnoreCase)))
        {
            if (ElementValue.Of(value, to) is not { } made)
                continue;
            if (found.Misfit(made, to) is { } misfit)
                return misfit;
            return found.Number is { } number ? PlaceAt(path, number, found.Element.JsonName(to), made) : Place(path, found, to, made);
        }

        return $"A value of type {value.TypeName} does not fit {path}.";
    }

    /// <summary>Puts a value in place of an item of a list, with what was said about that (R4 2.6.2.3), or at the list's end.</summary>
    private string? PlaceAt(string path, int number, string name, JsonNode value)
    {
        var place = Parent(path, isMade: true)!;
        var list = (place[name] ??= new JsonArray()).AsArray();
        if (number > list.Count)
            return Beyond(path);
        if (number == list.Count)
            list.Add(value);
        else
            list[number] = value;
        if (place["_" + name] is JsonArray about && number < about.Count)
        {
            about[number] = null;
            if (about.All(one => one is null))
                place.Remove("_" + name);
        }

        IsChanged = true;
        return null;
    }

    private static string Beyond(string path) => $"{path} names an item that there is not, nor is it the next one of its list.";

    private string? Place(string path, DefinedElement found, FhirType to, JsonNode value)
    {
        if (found.Element is { Name: "value", Owner.Name: "Extension" } && Parent(path, isMade: false)?["url"] is null)
            return $"{path} is the value of an extension without a url: let an item before it give the url.";
        var (place, name) = (Parent(path, isMade: true)!, found.Element.JsonName(to));
        var isFirst = begun.Add((place, found.Element.Name));
        if (!found.Element.IsList && !isFirst)
            return $"{path} takes one value; this one is left out.";
        if (isFirst)
            Clear(place, found.Element, name);
        if (!found.Element.IsList)
            place[name] = value;
        else if (!isFirst && place[name] is JsonArray list)
            list.Add(value);
        else
            place[name] = new JsonArray(value);
        if (found.Element is { Name: "url", Owner.Name: "Extension" } && place.Parent is JsonArray beside)
            Supersede(beside, place);
        IsChanged = true;
        return null;
    }

    /// <summary>Takes away what stood in an element, of any type of its choice, with ids and extensions: they were about that value. What was set beside the new one stays.</summary>
    private void Clear(JsonObject place, FhirElement element, string name)
    {
        foreach (var other in element.Types.Select(of => element.JsonName(of.Type)))
        {
            if (other != name)
                place.Remove(other);
            if (other != name || (place["_" + name] is { } companion && !companions.Contains(companion)))
                place.Remove("_" + other);
            else if (place["_" + name]?["extension"] is JsonArray about)
                about.RemoveAll(extension => extension is null || !extensions.Contains(extension));
        }
    }

    /// <summary>The element at the end of a path; null when there is none. Below a primitive that does not repeat are its id and extensions.</summary>
    private DefinedElement? Find(string path, bool takesNumbers = false)
    {
        var steps = path.Split('.');
        if (steps[0] != type.Name || steps.Length < 2)
            return null;
        DefinedElement? found = null;
        var owner = type;
        foreach (var step in steps.Skip(1))
        {
            if (owner.IsPrimitive && found is { Element.IsList: true })
                return null;
            found = DefinedElement.Find(owner, step);
            if (found is null || (found.Number is not null && !takesNumbers))
                return null;
            owner = found.Types[0];
        }

        return found;
    }

    /// <summary>The object that has the last step of a path; where it is missing it is made, or null.</summary>
    private JsonObject? Parent(string path, bool isMade)
    {
        var steps = path.Split('.');
        var (at, owner, prefix) = (json, type, steps[0]);
        foreach (var step in steps.Skip(1).SkipLast(1))
        {
            var found = DefinedElement.Find(owner, step)!;
            prefix += "." + step;
            if (groups.FindLast(group => group.Path == prefix).Item is { } current)
                at = current;
            else if (Below(at, found, isMade) is { } below)
                at = below;
            else
                return null;
            owner = found.Types[0];
        }

        return at;
    }

    private JsonObject? Below(JsonObject at, DefinedElement found, bool isMade)
    {
        var name = found.Element.JsonName(found.Types[0]);
        if (found.Types[0].IsPrimitive)
        {
            var companion = (isMade ? at["_" + name] ??= new JsonObject() : at["_" + name])?.AsObject();
            if (isMade)
                companions.Add(companion!);
            return companion;
        }

        if (!found.Element.IsList)
            return (isMade ? at[name] ??= new JsonObject() : at[name])?.AsObject();
        var list = (isMade ? at[name] ??= new JsonArray() : at[name])?.AsArray();
        if (found.Number is { } number)
            return Item(list, found.Element, number, isMade);
        if (found.Element.Name is "extension" or "modifierExtension")
            return Extension(list, isMade);
        if (isMade && list!.Count == 0)
            list.Add(new JsonObject());
        return list is [{ } first, ..] ? first.AsObject() : null;
    }

    /// <summary>An item by its number, made where the list ends before it; null beyond.</summary>
    private JsonObject? Item(JsonArray? list, FhirElement element, int number, bool isMade)
    {
        if (isMade && number == list!.Count)
            list.Add((JsonNode)new JsonObject());
        if (list is null || number >= list.Count)
            return null;
        if (isMade && element.Name is ("extension" or "modifierExtension"))
            extensions.Add(list[number]!);
        return list[number]!.AsObject();
    }

    private JsonObject? Extension(JsonArray? list, bool isMade)
    {
        if (list is [.., { } last] && extensions.Contains(last))
            return last.AsObject();
        if (!isMade)
            return null;
        var begun = new JsonObject();
        list!.Add((JsonNode)begun);
        extensions.Add(begun);
        return begun;
    }

    /// <summary>Takes away what was there before of the same url as an extension that was begun here.</summary>
    private void Supersede(JsonArray list, JsonObject extension)
    {
        var url = extension["url"]?.ToString();
        list.RemoveAll(other => other is not null && !extensions.Contains(other) && other["url"]?.ToString() == url);
    }

    /// <summary>Puts the item into its list when its group ends, if anything was said in it.</summary>
    private sealed class Group(DefinedResource owner, string path, string name, JsonObject item) : IDisposable
    {
        public void Dispose()
        {
            owner.groups.RemoveAll(group => ReferenceEquals(group.Item, item));
            if (item.Count == 0)
                return;
            var place = owner.Parent(path, isMade: true)!;
            var list = (place[name] ??= new JsonArray()).AsArray();
            list.Add((JsonNode)item);
            if (name is not ("extension" or "modifierExtension"))
                return;
            owner.extensions.Add(item);
            owner.Supersede(list, item);
        }
    }
}

/// <summary>
/// An element by a step of a path, with the types that this step leaves it: <c>value[x]</c> has all of its choice, <c>valueString</c> one; and of a list the item that it names,
/// from 0 on: <c>name[1]</c>.
/// </summary>
internal sealed record DefinedElement(FhirElement Element, IReadOnlyList<FhirType> Types, int? Number = null)
{
    internal static DefinedElement? Find(FhirType owner, string step)
    {
        var name = step.Split(':')[0].Replace("[x]", "", StringComparison.Ordinal);
        if (name.EndsWith(']') && name.IndexOf('[', StringComparison.Ordinal) is var open and > 0)
        {
            return int.TryParse(name.AsSpan(open + 1, name.Length - open - 2), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && Find(owner, name[..open]) is { Element.IsList: true } list
                ? list with { Number = number }
                : null;
        }

        if (owner.Elements.Find(name) is { } element)
            return new DefinedElement(element, [.. element.Types.Select(of => of.Type)]);
        return owner.Elements.TryFind(Encoding.UTF8.GetBytes(name), out var chosen) ? new DefinedElement(chosen.Element, [chosen.Type]) : null;
    }

    /// <summary>Why a value cannot stand here: a code has to be one of a required binding.</summary>
    internal string? Misfit(JsonNode value, FhirType to) =>
        to.Primitive == PrimitiveKind.Code && Element.Codes is { } codes && !codes.Contains(Encoding.UTF8.GetBytes(value.GetValue<string>()))
            ? $"This is no code of {codes.ValueSet}, which {Element} takes its codes from."
            : null;
}

using System.Text;
using Tandem.Fhir.Definitions;
using Tandem.Fhir.FhirPath.Model;
using Tandem.Fhir.Json;

namespace Tandem.Fhir.FhirPath.Expressions;

/// <summary><c>target.name</c>: the child elements of this name of every item.</summary>
internal sealed class Member : Expression
{
    private readonly Expression target;
    private readonly string name;
    private readonly byte[] json;
    private readonly byte[] companion;
    private readonly bool mayNameType;
    private Declaration? latest;

    internal Member(int position, Expression target, string name) : base(position)
    {
        (this.target, this.name) = (target, name);
        json = Encoding.UTF8.GetBytes(name);
        companion = [(byte)'_', .. json];
        mayNameType = target is This && name.Length > 0 && char.IsAsciiLetterUpper(name[0]);
        Over(target);
    }

    internal override SyntaxNode Outline() => new("ChildExpression", name, Position, target.Outline());

    internal override Values Evaluate(Evaluation run) => Evaluate(run, plain: false);

    internal override Values EvaluatePlain(Evaluation run) => Evaluate(run, plain: true);

    private Values Evaluate(Evaluation run, bool plain)
    {
        var items = target.Evaluate(run);
        if (run.Context.Strict && target is OfType { Type: { } known } && known.Lacks(name))
            throw Error($"{known} has no element \"{name}\".");
        if (items.Count == 0)
            return default;
        run.Charge(items.Count, this);
        if (mayNameType && items.Count == 1 && NamesTypeOf(items[0]))
            return items;
        if (run.Context.Strict)
            RequireElement(items);
        if (items.Count == 1 && TryOnly(items[0], plain, out var only))
            return only;
        var found = default(ValueBuilder);
        for (var i = 0; i < items.Count; i++)
            Step(items[i], ref found);
        run.Charge(found.Count, this);
        return found.Done();
    }

    /// <summary>Of items of several types one must have the element.</summary>
    private void RequireElement(in Values items)
    {
        for (var i = 0; i < items.Count; i++)
        {
            if (items[i].Type is not { } type || DeclarationIn(type).Element is not null)
                return;
        }

        throw Error($"{items[0].TypeName} has no element \"{name}\".");
    }

    /// <summary>A path may begin with the type of its context: <c>Patient.name</c> (FHIRPath 2.0, 3.2).</summary>
    private bool NamesTypeOf(in FhirValue item)
    {
        if (item.Type is not { } type)
            return item.Kind == FhirValueKind.Node && item.Node["resourceType"u8].Is(json);
        for (var of = type; of is not null; of = of.Parent)
        {
            if (of.Name == name)
                return true;
        }

        return false;
    }

    /// <summary>The common case: one complex item with a single, complex or plain, child.</summary>
    private bool TryOnly(in FhirValue item, bool plain, out Values only)
    {
        only = default;
        if (item.Type is not { } type || item.Node is not { IsObject: true } node || DeclarationIn(type) is not { Element: { IsChoice: false } element })
            return false;
        var child = node[json];
        if (child.Kind is JsonKind.Missing or JsonKind.Array or JsonKind.Null)
            return child.Kind == JsonKind.Missing && !element.Types[0].Type.IsPrimitive;
        var childType = element.Types[0].Type;
        only = new Values(FhirValue.Element(child, childType.IsPrimitive && !plain ? node[companion] : default, childType));
        return true;
    }

    private void Step(in FhirValue item, ref ValueBuilder found)
    {
        if (item.Kind != FhirValueKind.Node)
        {
            StepInto(item, ref found);
            return;
        }

        var node = item.Node;
        var holder = node.IsObject ? node : item.Companion;
        var declaration = item.Type is null ? null : DeclarationIn(item.Type);
        if (!holder.Exists)
            return;
        if (declaration is { Element.IsChoice: true })
            Children.AddChoice(holder, json, declaration.Type, ref found);
        else if (declaration is { Element: { } element })
            Children.Add(holder[json], element.Types[0].Type.IsPrimitive ? holder[companion] : default, element.Types[0].Type, ref found);
        else
            Undeclared(holder, declaration?.Type, ref found);
    }

    /// <summary>Of an unknown type, or by its name in JSON (<c>valueQuantity</c>).</summary>
    private void Undeclared(FhirNode holder, FhirType? owner, ref ValueBuilder found)
    {
        var before = found.Count;
        var known = default(JsonProperty);
        owner?.Elements.TryFind(json, out known);
        Children.Add(holder[json], holder[companion], known.Type, ref found);
        if (found.Count == before && owner is null)
            Children.AddChoice(holder, json, null, ref found);
    }

    private void StepInto(in FhirValue value, ref ValueBuilder found)
    {
        var text = (value.Content, name) switch
        {
            (TypeName type, "namespace") => type.Namespace,
            (TypeName type, "name") => type.Name,
            (PathQuantity quantity, "unit") => quantity.Unit,
            _ => null,
        };
        if (text is not null)
            found.Add(FhirValue.Of(text));
        else if (value.Content is PathQuantity quantity && name == "value")
            found.Add(FhirValue.Of(quantity.Value));
    }

    private Declaration DeclarationIn(FhirType type)
    {
        if (latest is { } known && ReferenceEquals(known.Type, type))
            return known;
        return latest = new(type, type.Elements.Find(name));
    }

    private sealed record Declaration(FhirType Type, FhirElement? Element);
}

using Tandem.Fhir.Definitions;
using Tandem.Fhir.Json;

namespace Tandem.Fhir.Search;

/// <summary>Where a value is on its way into the list: for which parameter, which part of which group, and whether its case counts.</summary>
internal readonly record struct IndexSlot(ushort ParameterId, SearchType Kind, byte Component, int Group, bool IgnoresCase = false);

/// <summary>One resource's way along the plans of its type.</summary>
internal ref struct IndexPass(FhirNode resource, SearchIndexOptions options, SearchValueList into, ContainedResources? around = null)
{
    private ContainedResources? around = around;
    private int groups;

    internal void Read(ParameterPlan plan)
    {
        var slot = new IndexSlot(plan.Parameter.Id, plan.Parameter.Type, 0, 0, plan.IgnoresCase);
        var before = into.Count;
        foreach (var path in plan.Plans)
            Walk(path, 0, resource, null, plan, slot);
        if (plan.IsTest && into.Count == before)
            TokenIndex.AddBoolean(resource, false, slot, into);
        if (plan.Parameter.Code == Phonetic.Code)
            Phonetic.Replace(into, before);
    }

    private void Walk(PathPlan path, int at, FhirNode node, StepName? name, ParameterPlan plan, IndexSlot slot)
    {
        if (at == path.Steps.Length)
        {
            End(node, name, plan, slot);
            return;
        }

        var step = path.Steps[at];
        switch (step.Kind)
        {
            case StepKind.Child:
                Children(path, at, node, plan, slot);
                break;
            case StepKind.WhereEquals when node[step.Name].Is(step.Text):
            case StepKind.WhereTarget when ReferenceIndex.PointsTo(node, step.Text, resource, ref around):
                Walk(path, at + 1, node, name, plan, slot);
                break;
            case StepKind.IsNotFalse:
                if (node.Kind != JsonKind.False)
                    TokenIndex.AddBoolean(node, true, slot, into);
                break;
        }
    }

    private void Children(PathPlan path, int at, FhirNode node, ParameterPlan plan, IndexSlot slot)
    {
        var next = at + 1;
        var only = next < path.Steps.Length && path.Steps[next].Kind == StepKind.Index ? path.Steps[next++].Number : -1;
        foreach (var child in path.Steps[at].Names)
        {
            var number = 0;
            foreach (var item in node[child.Json].Items)
            {
                if (item.Kind != JsonKind.Null && (only < 0 || only == number))
                    Walk(path, next, item, child, plan, slot);
                number++;
            }
        }
    }

    private void End(FhirNode node, StepName? name, ParameterPlan plan, IndexSlot slot)
    {
        if (slot.Group == 0 && plan.Components.Length > 0)
        {
            Composite(node, plan);
            return;
        }

        Add(node, name, slot);
    }

    /// <summary>Adds the values of an element that a parameter leads to.</summary>
    internal void Add(FhirNode node, StepName? name, IndexSlot slot)
    {
        switch (slot.Kind)
        {
            case SearchType.Token: TokenIndex.Add(node, name, slot, into); break;
            case SearchType.Reference: ReferenceIndex.Add(node, name, options, slot, into); break;
            case SearchType.Date: DateIndex.Add(node, name, options, slot, into); break;
            case SearchType.String: StringIndex.Add(node, name, slot, into); break;
            case SearchType.Quantity: QuantityIndex.Add(node, name, slot, into); break;
            case SearchType.Number: NumberIndex.Add(node, name, slot, into); break;
            case SearchType.Uri: UriIndex.Add(node, slot, into); break;
            case SearchType.Special: PositionIndex.Add(node, slot, into); break;
        }
    }

    /// <summary>Reads every part from one value; the parts' values share a group.</summary>
    private void Composite(FhirNode node, ParameterPlan plan)
    {
        groups++;
        for (byte part = 0; part < plan.Components.Length; part++)
        {
            var component = plan.Components[part];
            var slot = new IndexSlot(plan.Parameter.Id, component.Kind, part, groups);
            foreach (var path in component.Plans)
                Walk(path, 0, path.FromResource ? resource : node, null, plan, slot);
        }
    }
}

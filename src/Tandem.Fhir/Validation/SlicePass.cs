using Tandem.Fhir.FhirPath;
using Tandem.Fhir.Structure;

namespace Tandem.Fhir.Validation;

/// <summary>Tells the items of a list apart into the slices of a profile and checks each slice (R4 5.1.0.14 to 5.1.0.18).</summary>
internal sealed class SlicePass(ProfilePass pass)
{
    private const string Default = "@default";

    internal void Check(ProfileNode list, Values values, in FhirValue parent)
    {
        var slicing = list.Slicing ?? (list.Name is "extension" or "modifierExtension" ? Slicing.ByUrl : new([], "open", false));
        var matcher = new SliceMatch(pass, slicing);
        var members = list.Slices.ConvertAll(_ => new List<FhirValue>());
        var (furthest, sawUnmatched) = (-1, false);
        for (var number = 0; number < values.Count; number++)
        {
            var item = values[number];
            var slice = list.Slices.FindIndex(candidate => candidate.SliceName != Default && matcher.Matches(candidate, item));
            if (slice >= 0 && slicing.IsOrdered && slice < furthest)
                pass.Say(IssueSeverity.Error, "structure", $"The slice {list.Slices[slice].SliceName} has to come before {list.Slices[furthest].SliceName}", item);
            if (slice >= 0 && slicing.Rules == "openAtEnd" && sawUnmatched)
                pass.Say(IssueSeverity.Error, "structure", $"The slice {list.Slices[slice].SliceName} has to come before items that belong to no slice", item);
            furthest = Math.Max(furthest, slice);
            sawUnmatched |= slice < 0;
            if (slice < 0)
                slice = Unmatched(list, slicing, item);
            if (slice >= 0)
                members[slice].Add(item);
        }

        for (var slice = 0; slice < members.Count; slice++)
            Members(list.Slices[slice], members[slice], parent);
    }

    /// <summary>The default slice's number; -1 when there is none.</summary>
    private int Unmatched(ProfileNode list, Slicing slicing, in FhirValue item)
    {
        var number = list.Slices.FindIndex(candidate => candidate.SliceName == Default);
        if (number < 0 && slicing.Rules == "closed")
            pass.Say(IssueSeverity.Error, "structure", $"This is none of the slices {string.Join(", ", list.Slices.Select(slice => slice.SliceName))}; no others are allowed", item);
        return number;
    }

    private void Members(ProfileNode slice, List<FhirValue> items, in FhirValue parent)
    {
        if (items.Count < slice.Min)
        {
            pass.Say(IssueSeverity.Error, "required", items.Count == 0
                ? $"The slice {slice.SliceName} of {slice.Name} is missing"
                : $"The slice {slice.SliceName} of {slice.Name} is there {items.Count} times; at least {slice.Min} are asked for", parent, "." + slice.Name);
        }

        if (slice.Max is { } max && items.Count > max)
        {
            pass.Say(IssueSeverity.Error, "structure", max == 0
                ? $"The slice {slice.SliceName} must not be there"
                : $"The slice {slice.SliceName} may be there at most {max} times, not {items.Count}", items[max], "");
        }

        foreach (var item in items)
            pass.Node(slice, item);
        if (slice.Slices.Count > 0)
            Check(slice, Values.Of(items.ToArray()), parent);
    }
}

using Tandem.Fhir.FhirPath;
using Tandem.Fhir.Structure;

namespace Tandem.Fhir.Validation;

/// <summary>Tells the items of a list apart into the slices of a profile and checks each slice (R4 5.1.0.14 to 5.1.0.18).</summary>
internal sealed class SlicePass(ProfilePass pass)
{
    private const string Default = "@default";

    internal void Check(ProfileNode list, Values values, in FhirValue parent)
    {
        var slicing = list.SlicingOf(pass.Run.Validator.Profiles);
        var matcher = new SliceMatch(pass, slicing);
        var members = list.Slices.ConvertAll(_ => new List<FhirValue>());
        var possible = new int[list.Slices.Count]; // items of which it cannot be told
        var unplaced = new List<FhirValue>();
        var (furthest, sawUnmatched) = (-1, false);
        for (var number = 0; number < values.Count; number++)
        {
            var item = values[number];
            var slice = Place(list, matcher, item, possible, out var isOpen);
            if (isOpen)
            {
                Open(list, slicing, item);
                continue;
            }

            if (slice >= 0 && slicing.IsOrdered && slice < furthest)
                pass.Say(IssueSeverity.Error, "structure", $"The slice {list.Slices[slice].SliceName} has to come before {list.Slices[furthest].SliceName}", item);
            if (slice >= 0 && slicing.Rules == "openAtEnd" && sawUnmatched)
                pass.Say(IssueSeverity.Error, "structure", $"The slice {list.Slices[slice].SliceName} has to come before items that belong to no slice", item);
            furthest = Math.Max(furthest, slice);
            sawUnmatched |= slice < 0;
            if (slice < 0)
            {
                unplaced.Add(item);
                slice = Unmatched(list, slicing, item);
            }

            if (slice >= 0)
                members[slice].Add(item);
        }

        for (var slice = 0; slice < members.Count; slice++)
        {
            var isMissing = members[slice].Count == 0 && list.Slices[slice].Min > 0 && !pass.Run.IsTrial;
            Members(list.Slices[slice], members[slice], possible[slice], parent, isMissing ? Fault(matcher, list.Slices[slice], unplaced) : null);
        }
    }

    /// <summary>The number of the slice that an item belongs to; -1 when there is none, or none of which it can be told.</summary>
    private static int Place(ProfileNode list, SliceMatch matcher, in FhirValue item, int[] possible, out bool isOpen)
    {
        isOpen = false;
        matcher.Take(item);
        var unknown = new List<int>();
        for (var slice = 0; slice < list.Slices.Count; slice++)
        {
            if (list.Slices[slice].SliceName == Default)
                continue;
            var fit = matcher.Fits(list.Slices[slice]);
            if (fit == SliceFit.Yes)
                return slice;
            if (fit == SliceFit.Unknown)
                unknown.Add(slice);
        }

        isOpen = unknown.Count > 0;
        foreach (var slice in unknown)
            possible[slice]++;
        return -1;
    }

    /// <summary>Where a profile tells a slice apart, what keeps the first item of the right type from being one of it.</summary>
    private static string? Fault(SliceMatch matcher, ProfileNode slice, List<FhirValue> unplaced) => unplaced.Select(item =>
    {
        matcher.Take(item);
        return matcher.Fault(slice);
    }).FirstOrDefault(fault => fault is not null);

    private void Open(ProfileNode list, Slicing slicing, in FhirValue item)
    {
        var isClosed = slicing.Rules == "closed";
        pass.Say(isClosed ? IssueSeverity.Warning : IssueSeverity.Information, isClosed ? "not-found" : "informational",
            $"Whether this is one of the slices {Names(list)} cannot be told: what it points to, a profile or a code system that decides it is not here", item);
    }

    private static string Names(ProfileNode list) => string.Join(", ", list.Slices.Select(slice => slice.SliceName));

    /// <summary>The default slice's number; -1 when there is none.</summary>
    private int Unmatched(ProfileNode list, Slicing slicing, in FhirValue item)
    {
        var number = list.Slices.FindIndex(candidate => candidate.SliceName == Default);
        if (number < 0 && slicing.Rules == "closed")
            pass.Say(IssueSeverity.Error, "structure", $"This is none of the slices {Names(list)}; no others are allowed", item);
        return number;
    }

    private void Members(ProfileNode slice, List<FhirValue> items, int possible, in FhirValue parent, string? fault)
    {
        if (items.Count < slice.Min && items.Count + possible >= slice.Min)
        {
            pass.Say(IssueSeverity.Warning, "not-found",
                $"Whether the slice {slice.SliceName} of {slice.Name} is there often enough cannot be told: {possible} more may belong to it, and what decides it is not here", parent, "." + slice.Name);
        }
        else if (items.Count < slice.Min)
        {
            pass.Say(IssueSeverity.Error, "required", items.Count == 0
                ? $"The slice {slice.SliceName} of {slice.Name} is missing{(fault is null ? "" : $"; what would be it does not keep to its profile: {fault.TrimEnd('.')}")}"
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

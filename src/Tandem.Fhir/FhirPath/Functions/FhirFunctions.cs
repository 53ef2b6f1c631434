using Tandem.Fhir.Definitions;
using Tandem.Fhir.FhirPath.Expressions;
using Tandem.Fhir.FhirPath.Model;
using Tandem.Fhir.Json;

namespace Tandem.Fhir.FhirPath.Functions;

/// <summary>What FHIR adds to FHIRPath (FHIR R4 2.9.1.4).</summary>
internal static class FhirFunctions
{
    private const string CoreProfiles = "http://hl7.org/fhir/StructureDefinition/";
    private static readonly FhirType Extension = R4.Types["Extension"];

    internal static readonly Function[] All =
    [
        new("extension", 1, 1, Extensions),
        new("hasValue", 0, 0, (in focus, _, _) => new(focus.Count == 1 && HasValue(focus[0]))),
        new("getValue", 0, 0, (in focus, _, _) => focus.Count == 1 && HasValue(focus[0]) ? new(focus[0].ToSystem()) : default),
        new("resolve", 0, 0, Resolve),
        new("memberOf", 1, 1, MemberOf),
        new("conformsTo", 1, 1, ConformsTo),
        new("htmlChecks", 0, 0, (in focus, call, run) => Html(focus, call, run, Narrative.IsFormatting)),
        new("htmlChecks2", 0, 0, (in focus, call, run) => Html(focus, call, run, Narrative.HasContent)), // so R5 calls it
    ];

    private static Values Extensions(in Values focus, Call call, Evaluation run)
    {
        if (call.TextArgument(0, run) is not { } url)
            return default;
        var all = default(ValueBuilder);
        for (var i = 0; i < focus.Count; i++)
        {
            var node = focus[i].Node;
            Children.Add((node.IsObject ? node : focus[i].Companion)["extension"u8], default, Extension, ref all);
        }

        var found = default(ValueBuilder);
        var items = all.Done();
        for (var i = 0; i < items.Count; i++)
        {
            if (items[i].Node["url"u8].Text == url)
                found.Add(items[i]);
        }

        return found.Done();
    }

    private static Values Html(in Values focus, Call call, Evaluation run, Func<string, bool> check)
    {
        if (call.Text(focus) is not { } html)
            return default;
        run.ChargeText(2L * html.Length, call);
        return new(check(html));
    }

    private static bool HasValue(in FhirValue value) =>
        value.Kind != FhirValueKind.Node || value.Node.Kind is JsonKind.String or JsonKind.Number or JsonKind.True or JsonKind.False;

    /// <summary>What cannot be resolved is left out.</summary>
    private static Values Resolve(in Values focus, Call call, Evaluation run)
    {
        var found = default(ValueBuilder);
        for (var i = 0; i < focus.Count; i++)
        {
            var item = focus[i];
            var reference = item.Node.IsObject ? item.Node["reference"u8].Text : item.ToSystem() is { Kind: FhirValueKind.String } text ? text.Text : null;
            if (string.IsNullOrEmpty(reference))
                continue;
            var target = reference[0] == '#' ? Contained(reference[1..], item.Node, run.Context)
                : run.Context.Entries?.Find(reference, item.Node) is { Exists: true } entry ? entry
                : Ask(reference, call, run);
            if (target.Exists)
                found.Add(FhirValue.Of(target));
        }

        return found.Done();
    }

    private static FhirNode Ask(string reference, Call call, Evaluation run)
    {
        if (run.Context.Resolve is not { } resolve)
            return default;
        run.Charge(run.Context.ResolveWork, call);
        return run.Outside(() => resolve(reference));
    }

    private static FhirNode Contained(string id, FhirNode reference, FhirPathContext context)
    {
        var root = context.RootValues.Count == 1 ? context.RootValues[0].Node : context.Resource;
        var holder = Holder(reference);
        if (id.Length == 0)
            return holder.Exists ? holder : root;
        return ContainedIn(holder, id) is { Exists: true } contained ? contained : ContainedIn(root, id);
    }

    /// <summary>The resource that a reference stands in and that is not contained itself: that of the entry of a bundle, another one than the root where the reference was resolved to.</summary>
    private static FhirNode Holder(FhirNode reference)
    {
        var holder = default(FhirNode);
        if (!reference.Exists)
            return holder;
        for (var around = reference.Document.Root; around.Exists && !around.NameUtf8.SequenceEqual("contained"u8); around = Below(around, reference))
        {
            var type = around.IsObject ? around["resourceType"u8] : default;
            if (type.Kind == JsonKind.String)
                holder = around;
            if (holder == around && !type.Is("Bundle"u8) && !type.Is("Parameters"u8))
                break; // no other one than contained lies in it
        }

        return holder;
    }

    private static FhirNode ContainedIn(FhirNode resource, string id)
    {
        foreach (var contained in resource["contained"u8].Items)
        {
            if (contained["id"u8].Text == id)
                return contained;
        }

        return default;
    }

    /// <summary>The child of a node that has another one within it; missing at the end of the way.</summary>
    private static FhirNode Below(FhirNode node, FhirNode within)
    {
        foreach (var child in node.IsObject ? node.Properties : node.Kind == JsonKind.Array ? node.Items : default)
        {
            if (child.Index < within.Index && node.Document.Rows[child.Index].Next > within.Index)
                return child;
        }

        return default;
    }

    private static Values MemberOf(in Values focus, Call call, Evaluation run)
    {
        if (call.Single(focus) is not { } code || call.TextArgument(0, run) is not { } valueSet)
            return default;
        var check = run.Context.MemberOf ?? throw call.Error("memberOf() cannot be answered here: there is no terminology.");
        return new(run.Outside(() => check(code, valueSet)));
    }

    private static Values ConformsTo(in Values focus, Call call, Evaluation run)
    {
        if (call.Single(focus) is not { Kind: FhirValueKind.Node } item || call.TextArgument(0, run) is not { } profile)
            return default;
        if (run.Context.ConformsTo is { } conforms && run.Outside(() => conforms(item, profile)) is { } known)
            return new(known);
        if (profile.StartsWith(CoreProfiles, StringComparison.Ordinal) && R4.Types.Find(profile[CoreProfiles.Length..]) is { } core)
            return new(item.Type?.Is(core));
        throw call.Error($"The profile {profile} is not known.");
    }
}

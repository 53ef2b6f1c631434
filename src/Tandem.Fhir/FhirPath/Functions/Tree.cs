using Tandem.Fhir.FhirPath.Expressions;
using Tandem.Fhir.FhirPath.Model;

namespace Tandem.Fhir.FhirPath.Functions;

/// <summary><c>children</c> and <c>descendants</c> (FHIRPath 2.0, 5.8), in the order of the document, level by level.</summary>
internal static class Tree
{
    internal static readonly Function[] All =
    [
        new("children", 0, 0, (in focus, _, _) => ChildrenOf(focus)),
        new("descendants", 0, 0, Descendants),
    ];

    private static Values ChildrenOf(in Values items)
    {
        var found = default(ValueBuilder);
        for (var i = 0; i < items.Count; i++)
            Children.AddAll(items[i], ref found);
        return found.Done();
    }

    private static Values Descendants(in Values focus, Call call, Evaluation run)
    {
        var found = default(ValueBuilder);
        for (var level = ChildrenOf(focus); level.Count > 0; level = ChildrenOf(level))
        {
            run.Charge(level.Count, call);
            found.Add(level);
        }

        return found.Done();
    }
}

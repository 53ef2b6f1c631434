using System.Collections.Concurrent;
using Tandem.Fhir.Definitions;

namespace Tandem.Fhir.Search;

/// <summary>One part of a composite with its plans.</summary>
internal sealed record ComponentPlan(SearchType Kind, PathPlan[] Plans);

/// <summary>One search parameter with its plans.</summary>
internal sealed record ParameterPlan(SearchParameter Parameter, PathPlan[] Plans, ComponentPlan[] Components)
{
    /// <summary>True for an expression that is true or false of every resource.</summary>
    internal bool IsTest { get; } = Plans.Any(plan => plan.Steps is [.., { Kind: StepKind.IsNotFalse }]);

    /// <summary>True for a token that is read from strings, whose case does not count, or from contact points, of which it is in doubt (R4 3.1.1.4.10).</summary>
    internal bool IgnoresCase { get; } = Parameter.Type == SearchType.Token && Parameter.Code != "_id"
        && Plans.All(plan => plan.Steps.Last(step => step.Kind == StepKind.Child).Names.All(name => name.Type.Name is "string" or "ContactPoint"));

    /// <summary>True for a parameter of which a resource has one value at most.</summary>
    internal bool IsSingle { get; } = Plans is [{ IsSingle: true }];

    /// <summary>True for a reference that is read from canonical addresses, such as QuestionnaireResponse.questionnaire.</summary>
    internal bool IsCanonical { get; } = Parameter.Type == SearchType.Reference
        && Plans.Any(plan => plan.Steps.LastOrDefault(step => step.Kind == StepKind.Child)?.Names.Any(name => name.Type.Name == "canonical") == true);
}

/// <summary>All plans of one resource type, made once.</summary>
internal sealed class IndexPlan
{
    private static readonly ConcurrentDictionary<string, IndexPlan> Plans = new(StringComparer.Ordinal);

    private IndexPlan(FhirType type)
    {
        var planned = new List<ParameterPlan>();
        foreach (var parameter in R4.SearchParameters(type.Name))
        {
            try
            {
                if (parameter.Expression.Length == 0)
                    Unplanned.Add((parameter, "it has no expression"));
                else
                    planned.Add(Plan(parameter, type));
            }
            catch (NotSupportedException e)
            {
                Unplanned.Add((parameter, e.Message));
            }
        }

        Parameters = [.. planned];
    }

    internal ParameterPlan[] Parameters { get; }

    /// <summary>Parameters no plan could be made for, with the reason.</summary>
    internal List<(SearchParameter Parameter, string Reason)> Unplanned { get; } = [];

    /// <summary>See <see cref="ParameterPlan.IgnoresCase"/>; a site's own parameter tells no case from another by its definition alone, so it is compared as sent.</summary>
    internal static bool IgnoresCase(SearchParameter parameter) =>
        !SiteSearchParameter.Owns(parameter.Id) && R4.IsResourceType(parameter.Base) && For(parameter.Base).Parameters.Any(plan => plan.IgnoresCase && plan.Parameter.Id == parameter.Id);

    /// <summary>See <see cref="ParameterPlan.IsCanonical"/>; false for a site's own.</summary>
    internal static bool IsCanonical(SearchParameter parameter) =>
        parameter.Type == SearchType.Reference && !SiteSearchParameter.Owns(parameter.Id) && R4.IsResourceType(parameter.Base) && For(parameter.Base).Parameters.Any(plan => plan.IsCanonical && plan.Parameter.Id == parameter.Id);

    /// <summary>See <see cref="ParameterPlan.IsSingle"/>; false for a site's own.</summary>
    internal static bool IsSingle(SearchParameter parameter) =>
        !SiteSearchParameter.Owns(parameter.Id) && R4.IsResourceType(parameter.Base) && For(parameter.Base).Parameters.Any(plan => plan.IsSingle && plan.Parameter.Id == parameter.Id);

    /// <exception cref="KeyNotFoundException">There is no such resource type.</exception>
    internal static IndexPlan For(string resourceType) =>
        Plans.TryGetValue(resourceType, out var plan) ? plan : Plans.GetOrAdd(resourceType, new IndexPlan(R4.Types[resourceType]));

    private static ParameterPlan Plan(SearchParameter parameter, FhirType type)
    {
        var plans = PathPlanCompiler.Compile(parameter.Expression, type, type);
        if (parameter.Components.Count == 0)
            return new(parameter, plans, []);

        var from = parameter.Expression.Split('|')
            .Select(branch => PathPlanCompiler.TypeAtEnd(branch, type)).ToArray();
        return new(parameter, plans, [.. parameter.Components.Select(component => Component(component, parameter, from, type))]);
    }

    /// <summary>A composite may start at several types (Observation and its component): a plan reads the names of all of them.</summary>
    private static ComponentPlan Component(SearchComponent component, SearchParameter parameter, FhirType[] from, FhirType type)
    {
        var of = R4.SearchParameters(type.Name).Find(component.Code)
            ?? throw new NotSupportedException($"the part {component.Code} is no parameter of {type.Name}");
        var plans = from.SelectMany(start => PathPlanCompiler.Compile(component.Expression, start, type))
            .DistinctBy(plan => string.Join('/', plan.Steps.SelectMany(step => step.Names).Select(name => Convert.ToHexString(name.Json))));
        return new(of.Type, [.. plans]);
    }
}

using Tandem.Fhir.FhirPath.Model;
using Tandem.Fhir.Json;
using Tandem.Fhir.Structure;

namespace Tandem.Fhir.FhirPath;

/// <summary>
/// Everything an expression may see: the resource, named values, the clock, and the ways out of the resource. Build it once per
/// resource and evaluate any number of expressions with it; it is not changed by evaluation and may be shared between threads
/// once it is built (the callbacks then run on all of them).
/// </summary>
public sealed class FhirPathContext
{
    private const int Usual = 10; // variables of a pathway's step
    private Dictionary<string, Values>? variables;
    private Dictionary<string, string>? unanswered;

    /// <summary>A context whose <c>%resource</c>, <c>%rootResource</c> and <c>%context</c> are <paramref name="resource"/>.</summary>
    public FhirPathContext(FhirNode resource)
    {
        Resource = resource;
        Focus = resource.Exists ? new Values(FhirValue.Of(resource)) : default;
        ResourceValues = Focus;
        RootValues = Focus;
    }

    /// <summary>The resource that contains what is evaluated (<c>%resource</c>); missing when there is none.</summary>
    public FhirNode Resource { get; }

    /// <summary>The moment that <c>now()</c>, <c>today()</c> and <c>timeOfDay()</c> give, with its offset; null asks <see cref="Clock"/> once per evaluation.</summary>
    public DateTimeOffset? Now { get; init; }

    /// <summary>Where the local time comes from when <see cref="Now"/> is not given.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>The entries of the bundle that is evaluated, or lies around: what a reference names among them goes before <see cref="Resolve"/>.</summary>
    public BundleEntries? Entries { get; init; }

    /// <summary>Finds what a reference points to: the reference as written → the resource, or missing. References within the resource (<c>#id</c>) never come here.</summary>
    public Func<string, FhirNode>? Resolve { get; init; }

    /// <summary>Whether a code, Coding or CodeableConcept is in a value set (canonical address); null when that is not known.</summary>
    public Func<FhirValue, string, bool?>? MemberOf { get; init; }

    /// <summary>Whether a code of a system is another one or below it: system, code, ancestor; null when that is not known.</summary>
    public Func<string, string, string, bool?>? IsA { get; init; }

    /// <summary>Whether a resource or element conforms to a profile (canonical address); null when the profile is not known, which is an error.</summary>
    public Func<FhirValue, string, bool?>? ConformsTo { get; init; }

    /// <summary>Whether an item belongs to a slice of a profile: item, profile, slice; null when there is no such slice.</summary>
    public Func<FhirValue, string, string, bool?>? InSlice { get; init; }

    /// <summary>Receives what <c>trace()</c> is given: its name and the items. May hold patient data.</summary>
    public Action<string, IReadOnlyList<FhirValue>>? Trace { get; init; }

    /// <summary>
    /// True: an element that the type does not have, <c>as</c> on several items and a condition that is no boolean are errors.
    /// False (the default): they give nothing, the matching items, and true, as published search parameters expect.
    /// </summary>
    public bool Strict { get; init; }

    /// <summary>True: <c>as</c> on several items is an error (FHIRPath 2.0, 6.3.4), in a context that is not strict too.</summary>
    public bool SingleAs { get; init; }

    /// <summary>Most work one evaluation may do, about one unit per item touched; beyond it a <see cref="FhirPathException"/> is thrown.</summary>
    public int MaxWork { get; init; } = 2_000_000;

    /// <summary>What all evaluations with this context may take together, in place of <see cref="MaxWork"/> for each; such a context is for one thread.</summary>
    public FhirPathBudget? Budget { get; init; }

    /// <summary>Units of work for a reference that <see cref="Resolve"/> is asked for: a read of the record. 0 where nothing is read.</summary>
    public int ResolveWork { get; init; } = 200;

    /// <summary>True when the resource lies in another.</summary>
    internal bool IsContained => RootValues.Count == 1 && ResourceValues.Count == 1 && RootValues[0] != ResourceValues[0];

    internal Values Focus { get; private set; }

    internal Values ResourceValues { get; private set; }

    internal Values RootValues { get; private set; }

    /// <summary>Evaluates relative to <paramref name="node"/>, an element of the resource, of the given type (<c>HumanName</c>, <c>Patient.contact</c>).</summary>
    public FhirPathContext At(FhirNode node, string? typeName = null)
    {
        Focus = node.Exists ? new Values(FhirValue.Of(node, typeName)) : default;
        return this;
    }

    /// <summary>Evaluates relative to a value that an earlier expression gave.</summary>
    public FhirPathContext At(FhirValue value)
    {
        Focus = new Values(value);
        return this;
    }

    /// <summary>Names the outermost resource (<c>%rootResource</c>) when <see cref="Resource"/> is contained in another.</summary>
    public FhirPathContext In(FhirNode rootResource)
    {
        RootValues = rootResource.Exists ? new Values(FhirValue.Of(rootResource)) : default;
        return this;
    }

    /// <summary>Sets <c>%name</c> to a collection; an empty one is a variable without a value. A name set twice has the later value.</summary>
    public FhirPathContext With(string name, params ReadOnlySpan<FhirValue> values)
    {
        Variables[name] = Values.Of(values);
        return this;
    }

    /// <summary>Sets <c>%name</c> to a resource or element; empty when it is missing (so <c>With("previous", before)</c> fits a first version too).</summary>
    public FhirPathContext With(string name, FhirNode node)
    {
        Variables[name] = node.Exists ? new Values(FhirValue.Of(node)) : default;
        return this;
    }

    /// <summary>Says that <c>%name</c> cannot be told: an expression that asks for it has no answer and throws a <see cref="FhirPathException"/> with <paramref name="reason"/>.</summary>
    public FhirPathContext WithoutAnswer(string name, string reason)
    {
        (unanswered ??= new(StringComparer.Ordinal))[name] = reason;
        return this;
    }

    private Dictionary<string, Values> Variables => variables ??= new(Usual, StringComparer.Ordinal);

    internal bool TryGetVariable(string name, out Values values)
    {
        if (unanswered?.TryGetValue(name, out var reason) is true)
            throw new FhirPathException(reason);
        values = default;
        return variables?.TryGetValue(name, out values) is true;
    }
}

using NodaTime;
using Tandem.Care.Results;
using Tandem.Fhir.FhirPath;
using Tandem.Fhir.Json;

namespace Tandem.Care.Pathways;

/// <summary>Gives expressions what they may see of a patient: <c>%facts</c>, <c>%patient</c>, <c>%encounter</c>, <c>%order</c>, <c>%previous</c>, <c>%critical</c> ….</summary>
internal sealed class FactReading
{
    private readonly FhirValue[] all;
    private readonly FhirNode patient;
    private readonly DateTimeOffset now;
    private readonly Dictionary<FhirNode, (CriticalFinding? Finding, string? Undecided)> findings = [];

    internal FactReading(ContentInForce content, PatientFacts facts)
    {
        (Content, Facts, patient) = (content, facts, facts.Resource);
        Zone = facts.ZoneOr(content.Calendar);
        all = [.. facts.Facts.Where(fact => fact.Resource.Exists).OrderBy(fact => fact.Reference, StringComparer.Ordinal).Select(fact => FhirValue.Of(fact.Resource))];
        now = facts.Facts.SelectMany(fact => fact.Versions).Select(version => version.Recorded).DefaultIfEmpty(DateTimeOffset.UnixEpoch).Max();
    }

    internal ContentInForce Content { get; }

    internal PatientFacts Facts { get; }

    internal DateTimeZone Zone { get; }

    /// <summary>What an expression about a fact sees. <c>now()</c> is the time of the newest fact, so that deciding again decides the same.</summary>
    /// <param name="focus">What the expression starts from.</param>
    /// <param name="cause">The version of the fact that may open a loop.</param>
    /// <param name="previous">The version before it at the source; missing for the first.</param>
    internal FhirPathContext Context(FhirNode focus, FhirNode cause, FhirNode previous = default)
    {
        var context = new FhirPathContext(focus)
        {
            Now = now,
            MemberOf = Content.IsMember,
            Resolve = reference => Facts.Find(reference)?.Resource ?? default,
        };
        var encounter = cause["resourceType"u8].Is("Encounter"u8) ? cause : Facts.Find(cause["encounter"u8]["reference"u8].Text)?.Resource ?? default;
        context.With("facts", all).With("patient", patient).With("cause", cause).With("previous", previous).With("encounter", encounter)
            .With("order", Facts.Find(cause["basedOn"u8].First["reference"u8].Text)?.Resource ?? default);
        return WithFinding(context, cause);
    }

    /// <summary>Facts of the patient with the same key are one cause, and those of two patients never are; a deleted fact keeps the key that it had.</summary>
    internal string? CauseKey(PathwayAction action, Fact fact)
    {
        var known = fact.Versions.LastOrDefault(version => version.Resource.Exists)?.Resource;
        if (known is not { } resource)
            return null;
        if (action.SameFact is null)
            return fact.Reference;
        var parts = action.SameFact.Evaluate(Context(resource, resource)).Select(value => value.Text).ToList();
        return parts.Count == 0 ? fact.Reference : "same:" + Kernel.Ids.From([Facts.Patient, .. parts.Select(part => part ?? "")]);
    }

    /// <summary>Runs a step of a decision; an expression that has no answer makes the fact undecided and leaves everything else alone.</summary>
    internal T? Try<T>(PathwayPlan plan, PathwayAction action, IReadOnlyList<Fact> cause, List<UndecidedFact> undecided, Func<T?> step)
        where T : class
    {
        try
        {
            return step();
        }
        catch (FhirPathException e)
        {
            var reason = e.Position < 0 ? e.Message : $"{e.Message} (at {e.Position + 1} in the expression)";
            undecided.Add(new(Facts.Patient, $"{plan.Pathway}|{plan.Version}", action.Id, cause[0].Reference, reason) { Seen = cause.Max(fact => fact.Versions.Max(version => version.Seq)) });
            return null;
        }
    }

    private FhirPathContext WithFinding(FhirPathContext context, FhirNode cause)
    {
        if (!cause["resourceType"u8].Is("Observation"u8))
            return context.With("critical", []);
        if (!findings.TryGetValue(cause, out var known))
            findings[cause] = known = (Content.Limits.Assess(cause, patient, out var undecided), undecided);
        if (known.Undecided is { } reason)
            return context.WithoutAnswer("critical", reason);
        if (known.Finding is not { } finding)
            return context.With("critical", []);
        return context
            .With("critical", FhirValue.Of(finding.Reason switch { CriticalReason.Low => "low", CriticalReason.High => "high", _ => "flagged" }))
            .With("criticalValue", FhirValue.Of(finding.Value))
            .With("criticalLimit", FhirValue.Of(finding.Limit))
            .With("analyte", FhirValue.Of(finding.Analyte))
            .With("analyteEs", FhirValue.Of(finding.AnalyteEs));
    }
}

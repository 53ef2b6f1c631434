using Tandem.Care.Results;
using Tandem.Fhir.Json;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;
using Tandem.Record.Retention;
using Tandem.Record.Subscriptions;
using Tandem.Trust.Access;

namespace Tandem.Care.Pathways;

/// <summary>What loading content came to.</summary>
/// <param name="Written">Resources that are new or changed.</param>
/// <param name="Unchanged">Resources that say the same already.</param>
/// <param name="KeptOwn">Resources left alone because the site has changed them itself.</param>
/// <param name="Faults">Files that cannot be used; what was in force before stays so.</param>
public sealed record ContentLoad(int Written, int Unchanged, int KeptOwn, IReadOnlyList<ContentFault> Faults);

/// <summary>Puts the content that ships with the hub into the record: one JSON resource per file.</summary>
public static class ContentLoader
{
    private static readonly AccessScope Shipped = AccessScope.System with { Actor = new Actor(ContentReading.ShippedBy, "Shipped content") };

    /// <summary>Loads every <c>*.json</c> of a folder and those below. Doing so again changes nothing. A resource that somebody else has written since is the site's own and stays.</summary>
    /// <param name="folder">Such as <c>content/</c>.</param>
    /// <param name="record">Where to.</param>
    /// <param name="cancel">Stops between files.</param>
    public static async Task<Outcome<ContentLoad>> LoadAsync(string folder, RecordStore record, CancellationToken cancel)
    {
        if (!Directory.Exists(folder))
            return Refusal.NotFound("The folder with the content is not there. Check the setting for it.");
        var (faults, sound) = (new List<ContentFault>(), new List<(string Type, string Id, FhirNode Resource)>());
        foreach (var path in Directory.EnumerateFiles(folder, "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var name = Path.GetRelativePath(folder, path);
            if (Check(name, await File.ReadAllBytesAsync(path, cancel), faults) is { } resource)
                sound.Add(resource);
        }

        var written = await record.WriteAsync(Shipped, session => Outcome(Write(session, sound, faults)), cancel);
        return written;
    }

    /// <summary>What is wrong with one piece of content; empty when it can be used.</summary>
    /// <param name="file">How faults name it.</param>
    /// <param name="json">Its text.</param>
    public static IReadOnlyList<ContentFault> Check(string file, ReadOnlyMemory<byte> json)
    {
        var faults = new List<ContentFault>();
        Check(file, json, faults);
        return faults;
    }

    private static (string Type, string Id, FhirNode Resource)? Check(string file, ReadOnlyMemory<byte> json, List<ContentFault> faults)
    {
        if (FhirJson.Parse(json, JsonLimits.Resource, out var fault)?.Root is not { } root)
        {
            faults.Add(new(file, "", fault!.Reason, $"line {fault.Line}, column {fault.Column}"));
            return null;
        }

        if (root["resourceType"u8].Text is not { } type || root["id"u8].Text is not { } id)
        {
            faults.Add(new(file, "", "A piece of content is a FHIR resource with a resourceType and an id."));
            return null;
        }

        var before = faults.Count;
        if (type == "PlanDefinition" && ContentReading.IsLadder(root))
            EscalationLadder.Read(file, root, false, faults.Add);
        else if (type == "PlanDefinition" && ContentReading.IsPathway(root))
            PathwayCompiler.Compile(file, root, false, faults.Add);
        else if (type == "ObservationDefinition")
            CriticalLimits.Read([(file, root, false)], (name, element, reason) => faults.Add(new(name, element, reason)));
        else if (type == "Basic" && SubscriptionTopics.Fault(root) is { } topicFault)
            faults.Add(new(file, "", topicFault));
        else if (type == "Basic" && PolicyReading.IsPolicy(root) && PolicyReading.Fault(root) is { } policyFault)
            faults.Add(new(file, "", policyFault));
        else if (type == "Basic" && RetentionRule.IsRule(root) && RetentionRule.Fault(root) is { } ruleFault)
            faults.Add(new(file, "", ruleFault));
        return faults.Count == before ? (type, id, root) : null;
    }

    private static ContentLoad Write(WriteSession session, List<(string Type, string Id, FhirNode Resource)> resources, List<ContentFault> faults)
    {
        var (written, unchanged, kept) = (0, 0, 0);
        foreach (var (type, id, resource) in resources)
        {
            if (session.Find(type, id) is { } current && current.Actor != ContentReading.ShippedBy)
                kept++;
            else if (session.PutIfChanged(type, id, resource).IsNew)
                written++;
            else
                unchanged++;
        }

        return new(written, unchanged, kept, faults);
    }

    private static Outcome<ContentLoad> Outcome(ContentLoad load) => load;
}

using System.Globalization;
using Tandem.Fhir.Json;
using Tandem.Fhir.Search;
using Tandem.Fhir.Views;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Bundles;
using Tandem.Record.Log;
using Tandem.Record.Rest;

namespace Tandem.Record.Operations;

/// <summary><c>Observation/$lastn</c>: the last observations of each kind that a search finds (R4 Observation-lastn). Kinds that share a code are one.</summary>
internal static class LastObservations
{
    private const int MostRead = 10_000;

    /// <summary>How a search pages and what it brings along: nothing of that is done here.</summary>
    private static readonly string[] OfSearchesAlone = ["_count", "_include", "_revinclude", "_total"];

    private static readonly string[] Coded = ["code", "combo-code", "component-code"];

    internal static readonly Operation Operation = new()
    {
        Code = "lastn",
        Levels = OperationLevels.Type,
        Types = ["Observation"],
        Summary = "The last observations of each code that a search finds; it has to name a patient and a category or code.",
        Follows = "http://hl7.org/fhir/OperationDefinition/Observation-lastn",
        TakesSearch = true,
        Parameters =
        [
            new("max", "positiveInt", "How many of each code; 1 when not stated."),
            new("return", "Bundle", "The observations as a searchset, the latest of each code first.", 1, IsOut: true),
        ],
        Run = call => Task.FromResult(Run(call)),
    };

    private static FhirReply Run(OperationRequest call)
    {
        var max = 1;
        if (call.Text("max") is { } text && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out max) || max < 1))
            return Refusal.Invalid("", new RefusalDetail("value", "max has to be a whole number above 0."));
        var search = call.Arguments.Where(argument => argument.Name != "max" && argument.Text is not null)
            .Select(argument => new KeyValuePair<string, string>(argument.Name, argument.Text!)).ToList();
        if (!search.Exists(pair => Name(pair.Key) is "patient" or "subject") || !search.Exists(pair => Name(pair.Key) is "category" || NamesCode(Name(pair.Key))))
            return Refusal.Invalid("", new RefusalDetail("required", "The search has to name a patient or subject, and a category or code."));
        var undone = search.FindAll(pair => OfSearchesAlone.Contains(Name(pair.Key)) || pair is { Key: "_sort", Value: not "-date" });
        if (undone.Count > 0)
            return Refusal.Invalid("", [.. undone.Select(pair => new RefusalDetail("not-supported", $"$lastn gives the observations alone, all at once and the latest of each code first: leave {FhirRequest.Shown(pair.Key)} out. How many of each code is said by max."))]);
        var query = call.Fhir.Service.Search.Parse("Observation", [.. search.Where(pair => pair.Key != "_sort"), new("_sort", "-date")]);
        if (!call.Fhir.Service.Store.Database.Read(session => call.Fhir.Service.Search.Find(session, query, call.Fhir.Scope, MostRead, address: call.Fhir.Address), call.Fhir.Limit).Succeeded(out var found, out var refusal))
            return refusal;

        var last = Last(found, max, call.Fhir.Service.Search.Options.Zone);
        Redisclosure.Mark(call.Fhir, last);
        using var bundle = new BundleWriter("searchset", call.Fhir, last.Select(version => version.Bytes.Length + 300));
        bundle.Total(last.Count);
        bundle.Links([("self", $"{call.Fhir.Address}/Observation/$lastn{call.Fhir.Http.Request.QueryString}")]);
        foreach (var version in last)
            bundle.Found(version, "match");
        if (found.Count == MostRead)
            bundle.Outcome(OperationOutcomeJson.Of("warning", new RefusalDetail("incomplete", $"Only the latest {MostRead:N0} observations were looked at.")));
        return new FhirReply(200, bundle.End());
    }

    /// <summary>The first of each kind, given the latest first, and those of the time of the last of them ("in case of a tie … both will be returned").</summary>
    private static List<ResourceVersion> Last(IReadOnlyList<ResourceVersion> found, int max, TimeZoneInfo zone)
    {
        var kinds = new List<(HashSet<string> Codes, List<ResourceVersion> Observations)>();
        foreach (var observation in found)
        {
            var codes = Codes(observation.Root["code"u8]).ToHashSet(StringComparer.Ordinal);
            var same = kinds.Where(kind => kind.Codes.Overlaps(codes)).ToList();
            if (same.Count == 0)
            {
                kinds.Add((codes, [observation]));
                continue;
            }

            foreach (var other in same.Skip(1)) // this one says that they are the same
            {
                same[0].Codes.UnionWith(other.Codes);
                same[0].Observations.AddRange(other.Observations);
                kinds.Remove(other);
            }

            same[0].Codes.UnionWith(codes);
            same[0].Observations.Add(observation);
        }

        var order = found.Select((version, at) => (version, at)).ToDictionary(pair => pair.version, pair => pair.at);
        return [.. kinds.SelectMany(kind => WithTies([.. kind.Observations.OrderBy(observation => order[observation])], max, zone))];
    }

    private static IEnumerable<ResourceVersion> WithTies(List<ResourceVersion> observations, int max, TimeZoneInfo zone)
    {
        if (observations.Count <= max || Begun(observations[max - 1].Root, zone) is not { } last)
            return observations.Take(max);
        return observations.TakeWhile((observation, at) => at < max || Begun(observation.Root, zone) == last);
    }

    /// <summary>The moment that the search sorts by; null for an observation that names none.</summary>
    private static long? Begun(FhirNode observation, TimeZoneInfo zone)
    {
        var text = observation["effectiveDateTime"u8].Text ?? observation["effectiveInstant"u8].Text ?? observation["effectivePeriod"u8]["start"u8].Text;
        return FhirDateTime.TryParse(text, out var begun) ? begun.Interval(zone).Low : null;
    }

    private static IEnumerable<string> Codes(FhirNode concept)
    {
        var any = false;
        foreach (var coding in concept["coding"u8].Items.AsEnumerable().Where(coding => coding["code"u8].Exists))
        {
            any = true;
            yield return $"{coding["system"u8].Text}|{coding["code"u8].Text}";
        }

        if (!any)
            yield return concept["text"u8].Text ?? "";
    }

    /// <summary>True for the parameters that ask for a code, with a value or without.</summary>
    private static bool NamesCode(string parameter) => Coded.Any(code => parameter == code || parameter.StartsWith(code + "-value-", StringComparison.Ordinal));

    private static string Name(string parameter) => parameter.Split(':', '.')[0];
}

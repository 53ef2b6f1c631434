using Tandem.Fhir.Definitions;
using Tandem.Fhir.Json;
using Tandem.Fhir.Search;
using Tandem.Fhir.Views;
using Tandem.Record.Access;

namespace Tandem.Trust.Access;

/// <summary>What part of the record a provision is about, and whether about looking at it or writing it.</summary>
internal sealed record ConsentPart
{
    private const int Look = 1;
    private const int Write = 2;
    private const string ResourceTypes = "http://hl7.org/fhir/resource-types";

    /// <summary>Everything.</summary>
    internal static readonly ConsentPart All = new();

    /// <summary>1 for looking, 2 for writing, 3 for both (provision.action).</summary>
    internal int Acts { get; init; } = Look | Write;

    /// <summary>A resource type; empty for all (provision.class).</summary>
    internal string Class { get; init; } = "";

    /// <summary>The hash of a code and of its system; 0 for all, and for any system (provision.code).</summary>
    internal (long Code, long System) Code { get; init; }

    /// <summary>The type and id of a resource, and whether what points to it is meant too; null for all (provision.data).</summary>
    internal (string Type, string Id, bool Pointing)? Data { get; init; }

    /// <summary>When it happened (provision.dataPeriod).</summary>
    internal Validity Period { get; init; } = Validity.Always;

    /// <summary>True when it is not about everything.</summary>
    internal bool IsLimited => Class.Length > 0 || Code.Code != 0 || Data is not null || Period != Validity.Always;

    /// <summary>The parts of a provision: each class with each code and resource. None when a permission means nothing the hub can tell apart.</summary>
    internal static IEnumerable<ConsentPart> Of(FhirNode provision, bool isPermit, int most, OwnAddresses own)
    {
        var acts = Actions(provision, isPermit);
        var classes = Classes(provision, isPermit);
        var codes = CodesOf(provision, isPermit);
        var data = DataOf(provision, isPermit, own);
        var period = Validity.Of(provision["dataPeriod"u8], Validity.Always);
        if (acts == 0 || (isPermit && (long)classes.Count * codes.Count * data.Count > most))
            return [];
        if ((long)classes.Count * codes.Count * data.Count > most)
            return [All];
        return
            from type in classes from code in codes from one in data
            select new ConsentPart { Acts = acts, Class = type, Code = code, Data = one, Period = provision["dataPeriod"u8].Exists ? Ended(period) : period };
    }

    /// <summary>A period without an end lasts, but stays a limit.</summary>
    private static Validity Ended(Validity period) => period with { Until = Math.Min(period.Until, AccessTables.NoEnd - 1) };

    private static int Actions(FhirNode provision, bool isPermit)
    {
        if (!provision["action"u8].Exists)
            return Look | Write;
        var acts = 0;
        foreach (var coding in provision["action"u8].Items.AsEnumerable().SelectMany(action => action["coding"u8].Items.AsEnumerable()))
        {
            acts |= coding["code"u8].Text switch
            {
                "access" or "use" or "disclose" => Look,
                "collect" or "correct" => Write,
                _ => isPermit ? 0 : Look | Write,
            };
        }

        return acts == 0 && !isPermit ? Look | Write : acts;
    }

    private static List<string> Classes(FhirNode provision, bool isPermit)
    {
        if (!provision["class"u8].Exists)
            return [""];
        var named = provision["class"u8].Items.AsEnumerable().Select(coding => (System: coding["system"u8].Text, Code: coding["code"u8].Text ?? "")).ToList();
        var known = named.Where(one => one.System is null or ResourceTypes && R4.IsResourceType(one.Code)).Select(one => one.Code).Distinct().ToList();
        return isPermit || known.Count == named.Count ? known : [""];
    }

    private static List<(long Code, long System)> CodesOf(FhirNode provision, bool isPermit)
    {
        if (!provision["code"u8].Exists)
            return [(0, 0)];
        var concepts = provision["code"u8].Items.AsEnumerable().ToList();
        var codes = concepts.SelectMany(concept => concept["coding"u8].Items.AsEnumerable()).Where(coding => coding["code"u8].Exists)
            .Select(coding => (StableHash.Of(coding["code"u8].Text!), coding["system"u8].Text is { Length: > 0 } system ? StableHash.Of(system) : 0)).Distinct().ToList();
        return isPermit || concepts.All(concept => concept["coding"u8].Items.AsEnumerable().Any(coding => coding["code"u8].Exists)) ? codes : [(0, 0)];
    }

    /// <summary>
    /// What a resource refers to, and what somebody wrote, the index cannot tell of a consent: a permission means the resource alone or nothing, a refusal
    /// everything or whatever points to who wrote it.
    /// </summary>
    private static List<(string Type, string Id, bool Pointing)?> DataOf(FhirNode provision, bool isPermit, OwnAddresses own)
    {
        if (!provision["data"u8].Exists)
            return [null];
        var parts = new List<(string Type, string Id, bool Pointing)?>();
        foreach (var data in provision["data"u8].Items.AsEnumerable())
        {
            var named = (own.Relative(data["reference"u8]["reference"u8].Text) ?? "").Split('/');
            var isNamed = named is [var type, _] && R4.IsResourceType(type);
            var meaning = data["meaning"u8].Text;
            if (isNamed && (meaning is "instance" or "dependents" || (isPermit && meaning is "related") || (!isPermit && meaning is "authoredby")))
                parts.Add((named[0], named[1], meaning is "dependents" or "authoredby"));
            else if (!isPermit)
                return [null];
        }

        return parts;
    }
}

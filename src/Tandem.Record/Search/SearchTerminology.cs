using Tandem.Fhir.Json;
using Tandem.Fhir.Terminology;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;
using Tandem.Record.Terminology;
using Tandem.Record.Validation;

namespace Tandem.Record.Search;

/// <summary>A code of a system.</summary>
internal readonly record struct SearchCode(string System, string Code);

/// <summary>
/// The value sets and code systems of the record, then those of the site's packages, then those of the specification, as far as searches need them: the codes of a value set, and the order of codes in a code
/// system. As of the moment that the search sees. What cannot be told is refused.
/// </summary>
internal sealed class SearchTerminology
{
    private readonly DbSession session;
    private readonly TerminologyService terminology;

    internal SearchTerminology(DbSession session, PackagedDefinitions packages)
    {
        this.session = session;
        terminology = new(
            (type, url, version) => StoredDefinitions.Find(session, type, url, version) is { Exists: true } stored ? stored : packages.Find(type, url, version),
            () => StoredDefinitions.Supplements(session).Concat(packages.Supplements));
    }

    /// <summary>The codes of a value set by where it lies in the record (ValueSet/id, also with one of the record's own addresses before it), else by its canonical address, also with a version (R4 3.1.1.4.10).</summary>
    internal Outcome<SearchCode[]> ValueSet(string address, IReadOnlyList<string> own)
    {
        var relative = own.FirstOrDefault(one => address.StartsWith(one + "/", StringComparison.Ordinal)) is { } root ? address[(root.Length + 1)..] : address;
        var set = relative.StartsWith("ValueSet/", StringComparison.Ordinal) ? ById("ValueSet", relative["ValueSet/".Length..]) : default;
        var isLocal = set.Exists;
        if (!isLocal)
            set = terminology.FindValueSet(address);
        var bar = address.IndexOf('|', StringComparison.Ordinal);
        if (!set.Exists || (bar >= 0 && set["version"u8].Text != address[(bar + 1)..]))
            return Unknown($"The value set {address} is not known here.");
        var expansion = isLocal ? terminology.Expand(set, out var fault) : terminology.Expand(address, out fault);
        return expansion is null
            ? Refusal.Invalid("", new RefusalDetail(fault!.Code, fault.Text))
            : expansion.Codes.Select(code => new SearchCode(code.System, code.Code)).Distinct().ToArray();
    }

    /// <summary>A code with all above it, or all below it, in its code system, which is named by its address or by where it lies in the record (CodeSystem/id).</summary>
    internal Outcome<SearchCode[]> Hierarchy(SearchCode code, bool above)
    {
        var system = code.System.StartsWith("CodeSystem/", StringComparison.Ordinal)
            ? ById("CodeSystem", code.System["CodeSystem/".Length..]) is { Exists: true } found ? terminology.Supplemented(found) : null
            : terminology.FindCodeSystem(code.System);
        if (system is null or { Content: "not-present" })
            return Unknown($"The code system {code.System} is not known here, so nothing can be told of what is above or below a code.");
        var url = system.Url.Length > 0 ? system.Url : code.System;
        return (above ? system.Above(code.Code) : system.Below(code.Code)).Select(one => one.Code).Append(code.Code).Distinct().Select(one => new SearchCode(url, one)).ToArray();
    }

    private FhirNode ById(string type, string id) => session.First(LogTables.ReadCurrent, LogTables.Read, type, id) is { Deleted: false } one ? one.Root : default;

    private static Refusal Unknown(string reason) => Refusal.Invalid("", new RefusalDetail("not-found", reason));
}

using Tandem.Kernel.Actors;
using Tandem.Record.Log;
using Tandem.Record.Search;

namespace Tandem.Care.Patients;

/// <summary>Finds the amendments of a patient as far as the reader sees them.</summary>
internal static class FindAmendments
{
    private const int Most = 500;

    private const string Categories = $"{AmendmentCodes.System}|{AmendmentCodes.Request},{AmendmentCodes.System}|{AmendmentCodes.Answer},{AmendmentCodes.System}|{AmendmentCodes.Disagreement},{AmendmentCodes.System}|{AmendmentCodes.Recipients},{AmendmentCodes.System}|{AmendmentCodes.Notice}";

    /// <summary>The latest asked first.</summary>
    internal static IReadOnlyList<Amendment> Of(RecordSearch search, string patient, AccessScope scope)
    {
        if (!search.Find("Communication", $"subject=Patient/{patient}&category={Categories}", scope, Most).Succeeded(out var found, out _))
            return [];
        var answers = Latest(found, AmendmentCodes.Answer);
        var disagreements = Latest(found, AmendmentCodes.Disagreement);
        var notices = found.Select(version => (version.Id, Notice: AmendmentResources.ReadNotice(version))).Where(one => one.Notice is not null).ToDictionary(one => one.Id, one => one.Notice, StringComparer.Ordinal);
        var lists = found.Where(version => AmendmentResources.CodeOf(version) == AmendmentCodes.Recipients || AmendmentResources.ReadAnswer(version) is { IsAccepted: true })
            .OrderBy(version => version.Seq).ToLookup(version => AmendmentResources.RequestOf(version) ?? "", version => ListOf(version, notices), StringComparer.Ordinal);
        return [.. found.Select(AmendmentResources.Read).OfType<Amendment>().OrderByDescending(asked => asked.AskedAt).Select(asked => asked with
        {
            Answer = answers.TryGetValue(asked.Id, out var answer) ? AmendmentResources.ReadAnswer(answer) : null,
            ToTell = answers.TryGetValue(asked.Id, out var accepted) && AmendmentResources.ReadAnswer(accepted) is { IsAccepted: true } ? [.. lists[asked.Id].Where(list => list.All.Count > 0)] : [],
            Disagreement = disagreements.TryGetValue(asked.Id, out var disagreement) ? AmendmentResources.TextOf(disagreement.Root) : null,
        })];
    }

    /// <summary>Those that were answered, by the entry that they are about.</summary>
    internal static ILookup<string, Amendment> Answered(RecordSearch search, string patient, AccessScope scope) =>
        Of(search, patient, scope).Where(asked => asked.Answer is not null).ToLookup(asked => asked.Entry, StringComparer.Ordinal);

    private static AmendmentRecipients ListOf(ResourceVersion version, Dictionary<string, AmendmentNotice?> notices) =>
        new(version.Id, [.. AmendmentResources.NamesIn(version).Select((name, number) => new AmendmentRecipient(name, notices.GetValueOrDefault(TellAmendment.IdOf(version.Id, number))))]);

    private static Dictionary<string, ResourceVersion> Latest(IReadOnlyList<ResourceVersion> found, string code) => found
        .Where(version => AmendmentResources.CodeOf(version) == code && (code != AmendmentCodes.Answer || AmendmentResources.ReadAnswer(version) is not null))
        .GroupBy(version => AmendmentResources.RequestOf(version) ?? "").ToDictionary(one => one.Key, one => one.MaxBy(version => version.Seq)!, StringComparer.Ordinal);
}

using System.Text.RegularExpressions;
using Tandem.Fhir.Json;
using Tandem.Fhir.Search;
using Tandem.Fhir.Validation;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;

namespace Tandem.Record.Validation;

/// <summary>Takes the profiles, value sets, code systems and concept maps of a FHIR package into the record, where they hold from the next question on.</summary>
public static partial class LoadDefinitions
{
    private const int PerWrite = 100;

    /// <summary>Puts what differs from what is there, and leaves definitions of other addresses and versions as they are. Doing so twice is harmless.</summary>
    /// <param name="definitions">What the package holds.</param>
    /// <param name="record">The record.</param>
    /// <param name="source">What to note as <c>meta.source</c>.</param>
    /// <param name="cancel">Stops between two writes; what was written stays.</param>
    /// <returns>How many definitions there are, and how many of them were new or changed.</returns>
    public static async Task<Outcome<(int All, int Changed)>> HandleAsync(DefinitionFolder definitions, RecordStore record, string source, CancellationToken cancel)
    {
        var (all, changed) = (0, 0);
        foreach (var some in definitions.All.Chunk(PerWrite))
        {
            var outcome = await record.WriteAsync<int>(
                AccessScope.System,
                session => some.Count(node => session.PutIfChanged(node["resourceType"u8].Text!, IdOf(session, node), node, source).IsNew),
                cancel);
            if (!outcome.Succeeded(out var count, out var refusal))
                return refusal;
            (all, changed) = (all + some.Length, changed + count);
        }

        return (all, changed);
    }

    /// <summary>The id that the package gives it; one made of its address and version where it gives none that FHIR allows, or where another definition has it: packages know nothing of each other's ids.</summary>
    private static string IdOf(WriteSession session, FhirNode node) => node["id"u8].Text is { } id && Id().IsMatch(id) && IsFree(session, node, id)
        ? id
        : $"{StableHash.Of($"{node["url"u8].Text}|{node["version"u8].Text}"):x16}";

    private static bool IsFree(WriteSession session, FhirNode node, string id) =>
        session.Find(node["resourceType"u8].Text!, id) is not { Deleted: false, Root: var there } || (there["url"u8].Text == node["url"u8].Text && there["version"u8].Text == node["version"u8].Text);

    [GeneratedRegex("^[A-Za-z0-9.-]{1,64}$")]
    private static partial Regex Id();
}

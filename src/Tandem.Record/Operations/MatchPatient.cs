using Tandem.Fhir.Json;
using Tandem.Fhir.Search;
using Tandem.Fhir.Views;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;
using Tandem.Record.Rest;

namespace Tandem.Record.Operations;

/// <summary>
/// <c>Patient/$match</c>: the patients who may be the one sent, each with its grade and score (R4 Patient-match). Candidates share an identifier, a number to
/// call, or two of family name, given name and birth date; <see cref="PatientLikeness"/> grades them.
/// </summary>
internal static class MatchPatient
{
    private const int Most = 20;
    private const int MostPerQuestion = 100;
    private const string Grade = "http://hl7.org/fhir/StructureDefinition/match-grade";

    internal static readonly Operation Operation = new()
    {
        Code = "match",
        Levels = OperationLevels.Type,
        Types = ["Patient"],
        Summary = "The patients who may be the one sent, by identifiers, names, birth date, telephone and address, each with a grade.",
        Follows = "http://hl7.org/fhir/OperationDefinition/Patient-match",
        Parameters =
        [
            new("resource", "Patient", "The patient to find.", 1),
            new("onlyCertainMatches", "boolean", "True for a single certain match or none."),
            new("count", "integer", "At most so many."),
            new("return", "Bundle", "The patients found, the likeliest first, each with grade and score.", 1, IsOut: true),
        ],
        Run = call => Task.FromResult(Run(call)),
    };

    private static FhirReply Run(OperationRequest call)
    {
        var patient = call["resource"].Resource;
        if (!patient["resourceType"u8].Is("Patient"u8))
            return Refusal.Invalid("", new RefusalDetail("invalid", "resource has to be a Patient."));
        var questions = Questions(patient).ToList();
        if (!call.Fhir.Service.Search.Snapshot(session => Candidates(session, call, questions), call.Fhir.Limit).Succeeded(out var candidates, out var refusal))
            return refusal;

        var found = candidates.Select(version => (Version: version, Likeness: PatientLikeness.Of(patient, version.Root)))
            .Where(candidate => candidate.Likeness.Grade != MatchGrade.CertainlyNot)
            .OrderByDescending(candidate => candidate.Likeness.Grade).ThenByDescending(candidate => candidate.Likeness.Weight).ThenBy(candidate => candidate.Version.Rid).ToList();
        var certain = found.Count(candidate => candidate.Likeness.Grade == MatchGrade.Certain);
        var isSingle = call.Text("onlyCertainMatches") == "true";
        var said = Said(questions.Count, found.Count, certain, isSingle);
        var graded = found.ConvertAll(candidate => (candidate.Version, candidate.Likeness.Score, Grade: certain > 1 && candidate.Likeness.Grade == MatchGrade.Certain ? MatchGrade.Probable : candidate.Likeness.Grade));
        if (isSingle)
            graded.RemoveAll(candidate => candidate.Grade != MatchGrade.Certain);
        var most = int.TryParse(call.Text("count"), out var count) ? Math.Clamp(count, 0, Most) : Most;
        var shown = graded.Take(most).ToList();
        shown.ForEach(one => call.Fhir.Scope.Trail.Note(one.Version, TouchKind.Read, call.Fhir.Own));
        Redisclosure.Mark(call.Fhir, shown.Select(one => one.Version));
        return new FhirReply(200, Bundle(call, shown, said));
    }

    /// <summary>The searches that find whoever comes into question.</summary>
    private static IEnumerable<KeyValuePair<string, string>[]> Questions(FhirNode patient)
    {
        var identifiers = patient["identifier"u8].Items.AsEnumerable()
            .Where(identifier => identifier["system"u8].Text is { Length: > 0 } && identifier["value"u8].Text is { Length: > 0 } && !identifier["use"u8].Is("old"u8))
            .Select(identifier => $"{Escaped(identifier["system"u8].Text!)}|{Escaped(identifier["value"u8].Text!)}").Distinct().Take(100).ToList();
        if (identifiers.Count > 0)
            yield return [new("identifier", string.Join(',', identifiers))];
        var contacts = Texts(patient["telecom"u8], "value");
        if (contacts.Length > 0)
            yield return [new("telecom", contacts)];
        var (family, given, birth) = (Texts(patient["name"u8], "family"), Texts(patient["name"u8], "given"), FhirDateTime.TryParse(patient["birthDate"u8].Text ?? "", out _) ? patient["birthDate"u8].Text! : "");
        if (family.Length > 0 && given.Length > 0)
            yield return [new("family", family), new("given", given)];
        if (birth.Length > 0 && family.Length > 0)
            yield return [new("birthdate", birth), new("family", family)];
        if (birth.Length > 0 && given.Length > 0)
            yield return [new("birthdate", birth), new("given", given)];
    }

    private static Outcome<List<ResourceVersion>> Candidates(DbSession session, OperationRequest call, IReadOnlyList<KeyValuePair<string, string>[]> questions)
    {
        var found = new Dictionary<long, ResourceVersion>();
        var quiet = call.Fhir.Scope with { Trail = AccessTrail.None }; // who is compared is not shown
        foreach (var question in questions)
        {
            var query = SearchQuery.Parse("Patient", question);
            if (!call.Fhir.Service.Search.Find(session, query, quiet, MostPerQuestion).Succeeded(out var read, out var refusal))
                return refusal;
            foreach (var version in read)
                found[version.Rid] = version;
        }

        return found.Values.ToList();
    }

    /// <summary>What the sender should know; null when one patient was found for certain.</summary>
    private static RefusalDetail? Said(int questions, int found, int certain, bool isSingle) => (questions, found, certain) switch
    {
        (0, _, _) => new("incomplete", "Nothing was compared: send an identifier with its system, a telephone number, or two of family name, given name and birth date."),
        (_, 0, _) => new("not-found", "Nobody like that is here."),
        (_, _, > 1) when isSingle => new("multiple-matches", "What was sent is that of several patients, so none is certain."),
        (_, _, > 1) => new("multiple-matches", "What was sent is that of several patients."),
        (_, _, 0) when isSingle => new("not-found", "Nobody is certainly the one sent."),
        _ => null,
    };

    private static byte[] Bundle(OperationRequest call, List<(ResourceVersion Version, decimal Score, MatchGrade Grade)> found, RefusalDetail? said) => FhirWriter.Resource("Bundle", bundle => bundle
        .Text("type", "searchset")
        .Number("total", found.Count)
        .Array("entry", entries =>
        {
            foreach (var (version, score, grade) in found)
            {
                entries.Item(entry => entry
                    .Text("fullUrl", $"{call.Fhir.Address}/{version.Reference}")
                    .Raw("resource", version.Bytes.Span)
                    .Object("search", search => search
                        .Array("extension", extensions => extensions.Item(extension => extension.Text("url", Grade).Text("valueCode", grade.ToString().ToLowerInvariant())))
                        .Text("mode", "match")
                        .Number("score", score)));
            }

            if (said is not null)
            {
                var outcome = OperationOutcomeJson.Of("information", said);
                entries.Item(entry => entry.Raw("resource", outcome).Object("search", search => search.Text("mode", "outcome")));
            }
        }));

    private static string Texts(FhirNode list, string member) => string.Join(
        ',', list.Items.AsEnumerable().SelectMany(item => item[member].Items.AsEnumerable()).Select(item => item.Text).OfType<string>().Where(text => text.Length > 0).Distinct().Take(20).Select(Escaped));

    private static string Escaped(string text) => text
        .Replace("\\", "\\\\", StringComparison.Ordinal).Replace("|", "\\|", StringComparison.Ordinal).Replace(",", "\\,", StringComparison.Ordinal).Replace("$", "\\$", StringComparison.Ordinal);
}

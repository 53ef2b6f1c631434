using Tandem.Fhir.Search;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;
using Tandem.Record.Search;
using Tandem.Record.Search.FullText;

namespace Tandem.Record.Rest;

/// <summary>The query of a conditional interaction: it has to find one resource or none (R4 3.1.0.8.1, 3.1.0.5.3, 3.1.0.7.1).</summary>
internal sealed class Criteria
{
    private static readonly Criteria None = new(null, null, null);
    private readonly SearchQuery? query;
    private readonly RecordSearch? search;
    private readonly string? address;

    private Criteria(SearchQuery? query, RecordSearch? search, string? address) => (this.query, this.search, this.address) = (query, search, address);

    /// <summary>No condition.</summary>
    internal static Criteria Empty => None;

    /// <summary>True when there is no condition.</summary>
    internal bool IsNone => query is null;

    /// <summary>The criteria of If-None-Exist; none when the header is not there. One that is empty is refused.</summary>
    internal static Outcome<Criteria> Of(FhirRequest request, string type, string? query) =>
        query is null ? None
        : string.IsNullOrWhiteSpace(query) ? Refusal.Invalid("The condition is empty. It has to say which resource is meant, or be left out.")
        : Required(request, type, query);

    /// <summary>Criteria that must say something.</summary>
    internal static Outcome<Criteria> Required(FhirRequest request, string type, string? query)
    {
        var text = (query ?? "").Trim();
        var question = text.AsSpan().IndexOfAny('?', '=') is var at and >= 0 && text[at] == '?' ? at : -1;
        if (question > 0 && text[..question] is var path && path[(path.LastIndexOf('/') + 1)..] != type)
            return Refusal.Invalid("", new RefusalDetail("value", $"The condition is of another type than what is written: it asks {type} alone, as in {type}?identifier=…"));
        var parsed = request.Service.Search.Parse(type, text[(question + 1)..]);
        if (parsed.Problems.Count > 0)
            return Refusal.Invalid("", [.. parsed.Problems.Select(problem => RecordSearch.Detail(problem) with { IsWarning = false })]);
        if (parsed.Clauses.Any(FullTextCondition.IsAsked))
            return Refusal.Invalid("", new RefusalDetail("not-supported", "Words are read a moment after the write, so _text and _content cannot say which resource is meant."));
        return parsed.Clauses.Count > 0 ? new Criteria(parsed, request.Service.Search, request.Address)
            : Refusal.PreconditionFailed("A conditional interaction needs a query that says which resource is meant.");
    }

    /// <summary>The refusal of a condition that finds more than one resource.</summary>
    internal static Refusal Several => new(RefusalKind.PreconditionFailed, "", [new("multiple-matches", "The query finds more than one resource.")]);

    /// <summary>True when it looks at the resource alone, so that only a new resource of its own type can be found by it.</summary>
    internal bool IsPlain => query is null || query.Clauses.All(clause => clause is ParameterClause or MissingClause);

    /// <summary>The ids of what it finds in the state of the session's reading.</summary>
    internal Outcome<IReadOnlyList<string>> FindIds(WriteSession session, int limit) =>
        search!.Find(session.Reading, query!, session.Scope, limit, address: address).Then<IReadOnlyList<string>>(found => found.Select(version => version.Id).ToList());

    /// <summary>The one match of now, to be made use of before the writer's turn; null when there is none or several, or the query cannot be followed.</summary>
    /// <param name="scope">On whose behalf.</param>
    /// <param name="limit">When the reading is ended.</param>
    internal async ValueTask<ResourceVersion?> FindAheadAsync(AccessScope scope, ReadLimit limit)
    {
        if (query is null || scope.Reach == Reach.NoOne)
            return null;
        var read = await search!.SnapshotAsync(session => search.Find(session, query, scope with { Trail = AccessTrail.None }, 2, isLast: true, address), limit);
        return read.Succeeded(out var found, out _) && found is [var only] ? only : null;
    }

    /// <summary>The one match, or none; PreconditionFailed when there are several.</summary>
    internal Outcome<Match> FindOne(WriteSession session)
    {
        if (query is null)
            return new Match(null);
        if (!search!.Find(session, query, 2, address).Succeeded(out var found, out var refusal))
            return refusal;
        return found.Count > 1
            ? Several
            : new Match(found.Count == 0 ? null : found[0]);
    }
}

/// <summary>What criteria found; null when nothing.</summary>
internal readonly record struct Match(ResourceVersion? Version);

using Tandem.Fhir.Search;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Pages;
using Tandem.Record.Log;
using Tandem.Record.Search;

namespace Tandem.Trust.People;

/// <summary>One of several whom a name fits.</summary>
/// <param name="Id">A patient's id, or an actor's reference.</param>
/// <param name="Name">Full name.</param>
/// <param name="About">What tells them from others: a birth date, a sign-in name.</param>
public sealed record Namesake(string Id, string Name, string About);

/// <summary>Whom somebody means who typed a name, a number or an id.</summary>
/// <param name="Id">A patient's id or an actor's reference; empty when nothing was typed, when several fit, and when nobody does.</param>
/// <param name="Namesakes">Those who fit, when there are several; at most <see cref="PatientsByName.Most"/>.</param>
/// <param name="IsUnknown">True when nobody fits.</param>
public sealed record Whom(string Id, IReadOnlyList<Namesake> Namesakes, bool IsUnknown)
{
    /// <summary>Nobody in particular.</summary>
    public static readonly Whom Nobody = Clear("");

    /// <summary>True when it is clear who is meant, or that nobody in particular is.</summary>
    public bool IsClear => Namesakes.Count == 0 && !IsUnknown;

    /// <summary>Whose id is known.</summary>
    public static Whom Clear(string id) => new(id, [], false);

    /// <summary>A patient within reach. What looks like an id is one, also of a record that is out of reach or gone: the access log is kept longer.</summary>
    public static Whom Patient(RecordStore record, RecordSearch search, string? typed, AccessScope scope)
    {
        var text = Without("Patient/", typed);
        if (text.Length == 0)
            return Nobody;
        if (record.Read("Patient", text, scope with { Trail = AccessTrail.None }).Refusal is null)
            return Clear(text);
        var found = PatientsByName.Find(search, text, scope);
        return Of([.. found.Select(one => new Namesake(one.Id, one.Name, one.Born is { } born ? PageTime.Date(born) : one.Id))], text.Any(char.IsAsciiDigit) && IsId(text) ? text : "");
    }

    /// <summary>Somebody with an account, or any actor whose reference is typed (<c>Device/lab</c>).</summary>
    public static Whom Actor(RecordStore record, string? typed)
    {
        var text = (typed ?? "").Trim();
        if (text.Length == 0)
            return Nobody;
        if (text.Contains('/', StringComparison.Ordinal))
            return Clear(text);
        if (FindPeople.One(record, text) is { } account)
            return Clear(account.Reference);
        var found = record.Database.Read(session => session.Query(FindPeople.ReadAll, Account.Read)).Where(one => Fits(one, text)).Take(PatientsByName.Most);
        return Of([.. found.Select(one => new Namesake(one.Reference, one.Display, one.Login ?? one.Id))], "");
    }

    /// <summary>True for an account whose name has words that begin with each that was typed, or whose sign-in name holds what was typed; accents, case and punctuation do not matter.</summary>
    public static bool Fits(Account account, string typed)
    {
        var names = StringIndex.Key(account.Display).Split(' ');
        return account.Login?.Contains(typed, StringComparison.OrdinalIgnoreCase) == true
            || StringIndex.Key(typed).Split(' ').All(word => names.Any(name => name.StartsWith(word, StringComparison.Ordinal)));
    }

    private static Whom Of(IReadOnlyList<Namesake> found, string otherwise) => found switch
    {
        [] when otherwise.Length > 0 => Clear(otherwise),
        [] => new("", [], true),
        [var one] => Clear(one.Id),
        _ => new("", found, false),
    };


    private static string Without(string prefix, string? typed) =>
        (typed ?? "").Trim() is var text && text.StartsWith(prefix, StringComparison.Ordinal) ? text[prefix.Length..] : text;

    /// <summary>As FHIR writes logical ids.</summary>
    private static bool IsId(string text) => text.Length <= 64 && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.');
}

using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;
using Tandem.Trust.Organizations;
using Tandem.Trust.People;
using Tandem.Trust.Teams;

namespace Tandem.Trust.Provisioning;

/// <summary>What is wrong with a line of a file, and what to do about it.</summary>
/// <param name="Line">The line of the file, the heading being line 1.</param>
/// <param name="Text">A sentence.</param>
public sealed record LineProblem(int Line, string Text);

/// <summary>What came of a file.</summary>
/// <param name="Made">Accounts that are new.</param>
/// <param name="Kept">Accounts that were there and hold what the file says now.</param>
/// <param name="Problems">Lines that were not taken; all others were.</param>
public sealed record ImportReport(int Made, int Kept, IReadOnlyList<LineProblem> Problems);

/// <summary>
/// People from a CSV file with a heading: <c>login, name, given, family, organization, role, teams, active, external_id</c>; the first two, organization and role are needed. One line is one role of
/// one person; somebody with several roles has several lines. Organisations and teams are named by id or by name; teams are separated by semicolons. Taking a file in
/// twice changes nothing. A line that is wrong is told with its number, and the others are taken.
/// </summary>
public sealed class ImportPeople(RecordStore record, SavePerson save, GiveRole roles)
{
    /// <summary>The largest file, in characters.</summary>
    public const int Longest = 5_000_000;

    private static readonly string[] Needed = ["login", "name", "organization", "role"];

    private const string ReadTeams = "SELECT id FROM resources WHERE type = 'CareTeam'";

    /// <param name="text">The file.</param>
    /// <param name="scope">Who does it: an administrator of the organisations named.</param>
    /// <param name="cancel">Stops between lines; what was taken stays.</param>
    public async Task<Outcome<ImportReport>> HandleAsync(string text, AccessScope scope, CancellationToken cancel)
    {
        if (SignIn.Administration.Refuse(scope) is { } refusal)
            return refusal;
        if (text.Length > Longest)
            return Refusal.TooLarge("The file is too large. Divide it and take the parts in one after the other.");
        var organizations = FindOrganizations.All(record);
        var teams = record.Database.Read(session => session.Query(ReadTeams, row => row.Text(0))).ToHashSet(StringComparer.Ordinal);
        var (made, kept, problems) = (0, new HashSet<string>(StringComparer.OrdinalIgnoreCase), new List<LineProblem>());
        foreach (var (line, row, problem) in Read(text))
        {
            cancel.ThrowIfCancellationRequested();
            if (row is null)
            {
                problems.Add(new(line, problem!));
                continue;
            }

            var isKnown = FindPeople.ByLogin(record, row.Login) is not null;
            if (await TakeAsync(row, organizations, teams, scope, cancel) is { } text1)
                problems.Add(new(line, text1));
            else if (!isKnown)
                made++;
            else
                kept.Add(row.Login);
        }

        return new ImportReport(made, kept.Count, problems);
    }

    /// <returns>What is wrong, or null.</returns>
    private async Task<string?> TakeAsync(PersonLine row, IReadOnlyList<Organization> organizations, HashSet<string> teams, AccessScope scope, CancellationToken cancel)
    {
        if (Find(organizations, row.Organization) is not { } organization)
            return $"There is no organisation \"{row.Organization}\". Write its id or its exact name, or make it first.";
        if (!Roles.OfStaff.Contains(row.Role))
            return $"There is no role \"{row.Role}\". Use one of: {string.Join(", ", Roles.OfStaff)}.";
        var unknown = row.Teams.Where(team => !teams.Contains(team)).ToList();
        if (unknown.Count > 0)
            return $"There is no team \"{unknown[0]}\". Write its id (it stands in the address of its page), or make it first.";
        var known = FindPeople.ByLogin(record, row.Login);
        var form = new PersonForm(row.Name, row.Login, known?.Home ?? organization.Id) { Active = row.Active, ExternalId = row.ExternalId, Given = row.Given, Family = row.Family };
        var id = known?.Id;
        if (known is null || known != (known with { Display = row.Name, Active = row.Active, ExternalId = row.ExternalId ?? known.ExternalId, Given = row.Given ?? known.Given, Family = row.Family ?? known.Family }))
        {
            var saved = await save.HandleAsync(known?.Id, form, scope, cancel);
            if (saved.Refusal is { } refusal)
                return Tell(refusal);
            id = saved.Value;
        }

        if (row.Active && (await roles.HandleAsync(id!, row.Role, organization.Id, null, scope, cancel)).Refusal is { } roleRefusal)
            return Tell(roleRefusal);
        var has = FindTeams.Of(record, id!);
        foreach (var team in row.Teams.Except(has))
        {
            if ((await SaveTeam.MemberAsync(team, id!, joins: true, record, scope, cancel)).Refusal is { } teamRefusal)
                return Tell(teamRefusal);
        }

        return null;
    }

    private static Organization? Find(IReadOnlyList<Organization> all, string word) =>
        all.FirstOrDefault(one => one.Id == word) ?? (all.Where(one => string.Equals(one.Name, word, StringComparison.OrdinalIgnoreCase)).ToList() is [var only] ? only : null);

    private static string Tell(Refusal refusal) => refusal.Details.Count == 0 ? refusal.Text : string.Join(" ", refusal.Details.Select(detail => detail.Text));

    /// <summary>The lines of a file, each with a row or with what is wrong.</summary>
    internal static IEnumerable<(int Line, PersonLine? Row, string? Problem)> Read(string text)
    {
        using var csv = new CsvReader(new StringReader(text), new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            DetectDelimiter = true, DetectDelimiterValues = [",", ";", "\t"], TrimOptions = TrimOptions.Trim, MissingFieldFound = null, BadDataFound = null,
            PrepareHeaderForMatch = heading => heading.Header.ToLowerInvariant().Replace(' ', '_').TrimStart('\uFEFF'),
        });
        if (!csv.Read() || !csv.ReadHeader())
        {
            yield return (1, null, "The file is empty. Its first line names the columns: login,name,organization,role.");
            yield break;
        }

        var missing = Needed.Where(column => csv.GetFieldIndex(column, isTryGet: true) < 0).ToList();
        if (missing.Count > 0)
        {
            yield return (1, null, $"The first line lacks the column {string.Join(", ", missing)}. It must name login, name, organization and role.");
            yield break;
        }

        while (csv.Read())
        {
            string Field(string name) => csv.TryGetField<string>(name, out var value) ? value ?? "" : "";
            var line = csv.Parser.RawRow;
            var active = Field("active").ToLowerInvariant();
            var row = new PersonLine(Field("login"), Field("name"), Field("organization"), Field("role"), Field("teams").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
                active is not ("false" or "no" or "0"), Empty(Field("external_id")), Empty(Field("given")), Empty(Field("family")));
            yield return row.Login.Length == 0 ? (line, null, "The sign-in name is missing. Write one, such as the work e-mail address.")
                : row.Name.Length == 0 ? (line, null, "The name is missing.")
                : active is not ("" or "true" or "yes" or "1" or "false" or "no" or "0") ? (line, null, $"\"{active}\" is neither true nor false. Write true or false in the column active.")
                : (line, row, null);
        }
    }

    private static string? Empty(string value) => value.Length == 0 ? null : value;
}

/// <summary>One line of a file of people.</summary>
internal sealed record PersonLine(
    string Login, string Name, string Organization, string Role, IReadOnlyList<string> Teams, bool Active, string? ExternalId, string? Given, string? Family);

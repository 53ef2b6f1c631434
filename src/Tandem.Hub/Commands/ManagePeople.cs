using System.CommandLine;
using Tandem.Hub.Hosting;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data.Sqlite;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;
using Tandem.Trust.People;
using Tandem.Trust.Provisioning;

namespace Tandem.Hub.Commands;

/// <summary>
/// People by command: who runs the machine can let somebody in when no administrator can. On PostgreSQL it works while hubs serve; on SQLite the hub that serves the folder
/// must be stopped, because one process writes.
/// </summary>
internal static class ManagePeople
{
    internal static Command Command(IEnumerable<Option> settingsOptions, Func<ParseResult, Dictionary<string, string?>> settings)
    {
        var login = new Argument<string>("login") { Description = "what the person signs in with" };
        var name = new Option<string>("--name") { Description = "the person's full name", Required = true };
        var organization = new Option<string>("--organization") { Description = "an organisation's id", DefaultValueFactory = _ => "region" };
        var role = new Option<string>("--role") { Description = $"one of {string.Join(", ", Roles.OfStaff)}", Required = true };
        var file = new Argument<FileInfo>("file") { Description = "a CSV file: login, name, organization, role and more" };
        List<Option> all = [.. settingsOptions];

        Command Sub(string verb, string text, IEnumerable<Symbol> symbols, Func<ParseResult, IServiceProvider, CancellationToken, Task<int>> act)
        {
            var command = new Command(verb, text);
            foreach (var symbol in symbols)
            {
                if (symbol is Argument argument)
                    command.Arguments.Add(argument);
                else
                    command.Options.Add((Option)symbol);
            }

            foreach (var option in all)
                command.Options.Add(option);
            command.SetAction((parsed, cancel) => RunAsync(settings(parsed), (services, stop) => act(parsed, services, stop), cancel));
            return command;
        }

        return new Command("people", "Lists and changes who may sign in.")
        {
            Sub("list", "Lists accounts with their roles.", [], (_, services, _) => Task.FromResult(List(services))),
            Sub("add", "Makes an account with a role and prints its sign-in link.", [login, name, organization, role], (parsed, services, cancel) => AddAsync(
                services, parsed.GetValue(login)!, parsed.GetValue(name)!, parsed.GetValue(organization)!, parsed.GetValue(role)!, cancel)),
            Sub("link", "Prints a new sign-in link for somebody.", [login], (parsed, services, cancel) => LinkAsync(services, parsed.GetValue(login)!, cancel)),
            Sub("give", "Gives somebody a role.", [login, organization, role], (parsed, services, cancel) => RoleAsync(
                services, parsed.GetValue(login)!, parsed.GetValue(organization)!, parsed.GetValue(role)!, gives: true, cancel)),
            Sub("take", "Takes a role away from somebody.", [login, organization, role], (parsed, services, cancel) => RoleAsync(
                services, parsed.GetValue(login)!, parsed.GetValue(organization)!, parsed.GetValue(role)!, gives: false, cancel)),
            Sub("close", "Closes an account; its sessions end at once.", [login], (parsed, services, cancel) => CloseAsync(services, parsed.GetValue(login)!, cancel)),
            Sub("import", "Takes people in from a CSV file.", [file], (parsed, services, cancel) => ImportAsync(services, parsed.GetValue(file)!, cancel)),
        };
    }

    private static async Task<int> RunAsync(Dictionary<string, string?> settings, Func<IServiceProvider, CancellationToken, Task<int>> act, CancellationToken cancel)
    {
        settings["Logging:LogLevel:Default"] = "Warning";
        if (!HubHost.TryReadSettings(settings, out var hub))
            return 2;
        if (hub.Postgres.Length == 0 && SqliteDatabase.IsOpenElsewhere(hub.RecordFile))
        {
            await Console.Error.WriteLineAsync("A hub serves this folder. Use its pages (People), or stop it first.");
            return 2;
        }

        if (!HubHost.TryBuild(settings, out var app))
            return 2;
        await using (app)
            return await CommandTrail.FollowAsync(app.Services, "people", () => act(app.Services, cancel));
    }

    private static int List(IServiceProvider services)
    {
        foreach (var row in FindPeople.Visible(services.GetRequiredService<RecordStore>(), AccessScope.System, services.GetRequiredService<TimeProvider>().GetUtcNow()))
        {
            var roles = string.Join(", ", row.Roles.Select(role => $"{role.Role}@{role.Organization ?? "-"}"));
            Console.WriteLine($"{row.Account.Id}  {row.Account.Login ?? "-"}  {row.Account.Display}  {(row.Account.Active ? "" : "closed ")}{roles}");
        }

        return 0;
    }

    private static async Task<int> AddAsync(IServiceProvider services, string login, string name, string organization, string role, CancellationToken cancel)
    {
        var saved = await services.GetRequiredService<SavePerson>().HandleAsync(null, new PersonForm(name, login, organization), AccessScope.System, cancel);
        if (saved.Refusal is not null)
            return Tell(saved.Refusal);
        var given = await services.GetRequiredService<GiveRole>().HandleAsync(saved.Value, role, organization, null, AccessScope.System, cancel);
        return given.Refusal is null ? await LinkAsync(services, login, cancel) : Tell(given.Refusal);
    }

    private static async Task<int> LinkAsync(IServiceProvider services, string login, CancellationToken cancel)
    {
        if (Find(services, login) is not { } account)
            return Unknown(login);
        var link = await services.GetRequiredService<InvitePerson>().HandleAsync(account.Id, AccessScope.System, cancel);
        if (link.Refusal is not null)
            return Tell(link.Refusal);
        var address = services.GetRequiredService<HubSettings>().Addresses.First()!.GetLeftPart(UriPartial.Authority);
        Console.WriteLine($"This link works once, within two days. Give it to nobody else:\n  {address}{link.Value}");
        return 0;
    }

    private static async Task<int> RoleAsync(IServiceProvider services, string login, string organization, string role, bool gives, CancellationToken cancel)
    {
        if (Find(services, login) is not { } account)
            return Unknown(login);
        var roles = services.GetRequiredService<GiveRole>();
        var refusal = gives
            ? (await roles.HandleAsync(account.Id, role, organization, null, AccessScope.System, cancel)).Refusal
            : (await roles.TakeAsync(account.Id, role, organization, AccessScope.System, cancel)).Refusal;
        return refusal is null ? 0 : Tell(refusal);
    }

    private static async Task<int> CloseAsync(IServiceProvider services, string login, CancellationToken cancel)
    {
        if (Find(services, login) is not { } account)
            return Unknown(login);
        var closed = await services.GetRequiredService<SavePerson>().HandleAsync(
            account.Id, new PersonForm(account.Display, account.Login ?? "", account.Home ?? "") { Active = false }, AccessScope.System, cancel);
        return closed.Refusal is null ? 0 : Tell(closed.Refusal);
    }

    private static async Task<int> ImportAsync(IServiceProvider services, FileInfo file, CancellationToken cancel)
    {
        if (!file.Exists)
        {
            await Console.Error.WriteLineAsync($"There is no file {file.FullName}.");
            return 2;
        }

        var outcome = await services.GetRequiredService<ImportPeople>().HandleAsync(await File.ReadAllTextAsync(file.FullName, cancel), AccessScope.System, cancel);
        if (outcome.Refusal is not null)
            return Tell(outcome.Refusal);
        foreach (var problem in outcome.Value.Problems)
            await Console.Error.WriteLineAsync($"line {problem.Line}: {problem.Text}");
        Console.WriteLine($"{outcome.Value.Made} accounts are new, {outcome.Value.Kept} were there already, {outcome.Value.Problems.Count} lines were not taken.");
        return outcome.Value.Problems.Count == 0 ? 0 : 1;
    }

    private static Account? Find(IServiceProvider services, string login) => FindPeople.ByLogin(services.GetRequiredService<RecordStore>(), login);

    private static int Unknown(string login)
    {
        Console.Error.WriteLine($"Nobody signs in as {login}. ./tandem people list shows everybody.");
        return 1;
    }

    private static int Tell(Refusal refusal)
    {
        Console.Error.WriteLine(refusal.Details.Count == 0 ? refusal.Text : string.Join(" ", refusal.Details.Select(detail => detail.Text)));
        return 1;
    }
}

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Log;

namespace Tandem.Trust.People;

/// <summary>
/// Publishes each hour that a role ran out on its day: who holds it is refused from that moment on, and here its <c>PractitionerRole</c> becomes inactive, so that subscribers to the topic
/// <c>access-ended</c> hear of it. Doing so twice, or on several nodes, changes nothing.
/// </summary>
internal sealed partial class PublishEndedRoles(RecordStore record, TimeProvider clock, ILogger<PublishEndedRoles> log) : BackgroundService
{
    internal static readonly TimeSpan Every = TimeSpan.FromHours(1);

    /// <summary>How far back it looks: as long as a hub may stand still.</summary>
    private static readonly TimeSpan Back = FindEndedAccess.Told;

    internal const string ReadEnded = $"SELECT {RoleGrant.Columns} FROM people_roles WHERE until_at <= $1 AND until_at > $2 ORDER BY until_at, person, organization, role";

    /// <summary>Publishes what ran out until now.</summary>
    /// <returns>How many roles were published as active until then.</returns>
    internal async Task<int> RunAsync(CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        if (record.Database.Read(session => session.Query(ReadEnded, RoleGrant.Read, now, now - Back)).Count == 0)
            return 0;
        return (await record.WriteAsync<int>(AccessScope.System, Stage, cancel)).Value;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await RunAsync(stoppingToken);
                await Task.Delay(Every, clock, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (DatabaseException e)
            {
                Stopped(log, e);
                await Task.WhenAny(Task.Delay(Every, clock, stoppingToken));
            }
        }
    }

    private static Kernel.Outcomes.Outcome<int> Stage(WriteSession session)
    {
        var published = 0;
        foreach (var grant in session.Query(ReadEnded, RoleGrant.Read, session.ClockNow, session.ClockNow - Back))
        {
            if (session.Find("PractitionerRole", grant.Id) is not { Deleted: false } role || role.Root["active"u8].Text != "true")
                continue;
            StagePerson.Publish(session, grant, session.Query(FindPeople.ReadOne, Account.Read, grant.Person).FirstOrDefault()?.Display ?? grant.Person, isOpen: true);
            published++;
        }

        return published;
    }

    [LoggerMessage(EventId = 350, Level = LogLevel.Error, Message = "Roles that ran out could not be published; it will be tried in an hour.")]
    private static partial void Stopped(ILogger log, Exception fault);
}

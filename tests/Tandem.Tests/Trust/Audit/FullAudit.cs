using Tandem.Trust.Audit;

namespace Tandem.Tests.Trust.Audit;

/// <summary>An access log that cannot be written until it is given room again.</summary>
internal sealed class FullAudit(AuditStore audit)
{
    /// <summary>From here on nothing can be kept: it is found out by an event that the call leaves.</summary>
    internal async Task BeginAsync(Func<Task> leaveEvent)
    {
        Run("ALTER TABLE audit_events RENAME TO audit_elsewhere;");
        await leaveEvent();
        await audit.SettleAsync(); // its event is in the journal; the tables cannot take it
    }

    internal void End() => Run("ALTER TABLE audit_elsewhere RENAME TO audit_events;");

    private void Run(string script)
    {
        using var session = audit.Database.OpenWriter();
        session.ExecuteScript(script);
    }
}

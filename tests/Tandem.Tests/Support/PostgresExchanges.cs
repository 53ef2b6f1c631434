using System.Diagnostics;
using Tandem.Kernel.Data;

namespace Tandem.Tests.Support;

/// <summary>Counts how often the driver went to the server and back.</summary>
internal static class PostgresExchanges
{
    /// <summary>Exchanges with the server of one database while <paramref name="work"/> runs, whoever made them.</summary>
    internal static async Task<int> CountAsync(Database asked, Func<Task> work)
    {
        var database = asked.Read(session => session.First("SELECT current_database()", row => row.Text(0)));
        var count = 0;
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Npgsql",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (activity.TagObjects.Any(tag => tag.Value as string == database))
                    Interlocked.Increment(ref count);
            },
        };
        ActivitySource.AddActivityListener(listener);
        await work();
        return count;
    }
}

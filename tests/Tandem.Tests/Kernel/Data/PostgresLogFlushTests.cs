using Npgsql;
using Tandem.Kernel.Data;
using Tandem.Kernel.Data.Postgres;
using Tandem.Tests.Support;

namespace Tandem.Tests.Kernel.Data;

/// <summary>However the connection that confirms commits is lost, nobody knows what is durable, and it says so.</summary>
public sealed class PostgresLogFlushTests
{
    public PostgresLogFlushTests() => Assert.SkipWhen(PostgresServer.Missing is not null, PostgresServer.Missing ?? "");

    [Theory]
    [InlineData("closed")]
    [InlineData("disposed")]
    [InlineData("ended by the server")]
    public void A_connection_that_is_lost_under_it_leaves_unknown_what_is_durable(string how)
    {
        var place = PostgresServer.NewDatabase();
        using var writer = Opened(place);
        var beside = Opened(place);
        using var pulse = new PostgresPulse(place, PostgresPulse.Suspicion, PostgresPulse.Patience, () => { });
        using var wait = pulse.Enrol(writer);
        using var flush = PostgresLogFlush.Open(writer, wait, () => beside, pulse);
        flush.Run(null);
        Assert.True(flush.Holds);

        switch (how)
        {
            case "closed":
                beside.Close();
                break;
            case "disposed":
                beside.Dispose();
                break;
            default:
                using (var end = new NpgsqlCommand($"SELECT pg_terminate_backend({beside.ProcessID})", writer))
                    end.ExecuteNonQuery();
                break;
        }

        Assert.Throws<CommitUnknownException>(() => flush.Run(7));
        Assert.False(flush.Holds);
        Assert.Throws<CommitUnknownException>(() => flush.Run(8));
    }

    private static NpgsqlConnection Opened(string place)
    {
        var connection = new NpgsqlConnection(place);
        connection.Open();
        return connection;
    }
}

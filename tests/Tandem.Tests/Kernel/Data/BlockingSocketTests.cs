using Npgsql;
using Tandem.Kernel.Data;
using Tandem.Kernel.Data.Postgres;
using Tandem.Tests.Support;

namespace Tandem.Tests.Kernel.Data;

/// <summary>The server's answers are waited for by the operating system; what the driver does around it stays.</summary>
public sealed class BlockingSocketTests
{
    public BlockingSocketTests() => Assert.SkipWhen(PostgresServer.Missing is not null || !OperatingSystem.IsLinux(), PostgresServer.Missing ?? "only on Linux");

    [Fact]
    public void The_drivers_socket_is_found_and_blocks()
    {
        using var connection = new NpgsqlConnection(PostgresServer.NewDatabase());
        connection.Open();
        Assert.True(BlockingSocket.Make(connection));

        using var slow = new NpgsqlCommand("SELECT pg_sleep(0.1), 7", connection);
        using var reader = slow.ExecuteReader();
        Assert.True(reader.Read());
        Assert.Equal(7, reader.GetInt32(1));
    }

    [Fact]
    public void A_time_out_is_noticed_and_the_connection_goes_on()
    {
        using var connection = new NpgsqlConnection(PostgresServer.NewDatabase());
        connection.Open();
        Assert.True(BlockingSocket.Make(connection));

        using var endless = new NpgsqlCommand("SELECT pg_sleep(600)", connection) { CommandTimeout = 1 };
        Assert.IsType<TimeoutException>(Assert.Throws<NpgsqlException>(() => endless.ExecuteNonQuery()).InnerException);
        using var next = new NpgsqlCommand("SELECT 7", connection);
        Assert.Equal(7, next.ExecuteScalar());
    }

    [Fact]
    public void A_server_that_is_gone_is_noticed_and_the_next_question_is_answered()
    {
        using var database = new PostgresDatabase(PostgresServer.NewDatabase());
        var own = database.Read(session => session.First("SELECT pg_backend_pid()", row => row.Integer(0)));
        using (var other = database.OpenWriter())
            other.ExecuteScript($"SELECT pg_terminate_backend({own})");

        Assert.Throws<DatabaseUnavailableException>(() => database.Read(session => session.First("SELECT 7", row => row.Integer(0))));
        Assert.Equal(7, database.Read(session => session.First("SELECT 7", row => row.Integer(0))));
    }
}

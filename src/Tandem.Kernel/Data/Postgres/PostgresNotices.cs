using System.Globalization;
using Npgsql;

namespace Tandem.Kernel.Data.Postgres;

/// <summary>
/// A connection that only listens. It is no session: its socket is never made to block, so that waiting on it can be given up at once and holds no thread.
/// </summary>
internal sealed class PostgresNotices : LogNotices
{
    /// <summary>The notice carries the place in the log and nothing else.</summary>
    internal const string Notify = "pg_notify('tandem_log', $1)";

    private readonly NpgsqlDataSource source;
    private readonly NpgsqlConnection connection;
    private long? heard;

    /// <summary>Connects and listens: what is committed from now on is heard.</summary>
    /// <exception cref="DatabaseUnavailableException">The server cannot be reached.</exception>
    internal PostgresNotices(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            Pooling = false,
            Enlist = false,
            ApplicationName = "tandem notices",
            TcpKeepAliveTime = 10,
            TcpKeepAliveInterval = 5,
        };
        source = PostgresDatabase.Source(settings);
        connection = source.CreateConnection();
        connection.Notification += Hear;
        try
        {
            connection.Open();
            using var listen = new NpgsqlCommand("LISTEN tandem_log", connection);
            listen.ExecuteNonQuery();
        }
        catch (NpgsqlException e)
        {
            Close();
            throw new DatabaseUnavailableException("The database cannot be reached.", e);
        }
    }

    public override async Task<long?> WaitAsync(TimeSpan atMost, CancellationToken cancel)
    {
        try
        {
            await connection.WaitAsync(atMost, cancel);
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException)
        {
            throw new DatabaseUnavailableException("The connection to the database was lost.", e);
        }

        var newest = heard;
        heard = null;
        return newest;
    }

    protected override void Close()
    {
        connection.Dispose();
        source.Dispose();
    }

    private void Hear(object sender, NpgsqlNotificationEventArgs notice)
    {
        if (long.TryParse(notice.Payload, NumberStyles.None, CultureInfo.InvariantCulture, out var seq) && !(heard > seq))
            heard = seq;
    }
}

using System.Globalization;
using Npgsql;

namespace Tandem.Benchmarks.Cost;

/// <summary>What has been used up to a moment, by this process and by the database server of a connection string.</summary>
internal sealed class Spent(string? postgres) : IDisposable
{
    private const double MicrosecondsPerTick = 10_000; // USER_HZ is 100 on Linux
    private readonly NpgsqlConnection? connection = postgres is null ? null : new NpgsqlConnection(postgres);

    internal Amounts Now()
    {
        if (connection is null)
            return new(Ticks("/proc/self/stat"), Writer(), 0, GC.GetTotalAllocatedBytes() / 1024.0, Written() / 1024.0);
        if (connection.State != System.Data.ConnectionState.Open)
            connection.Open();
        return new(Ticks("/proc/self/stat"), Writer(), Server(), GC.GetTotalAllocatedBytes() / 1024.0, Ask("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint")[0] / 1024.0);
    }

    public void Dispose() => connection?.Dispose();

    /// <summary>All processes of the server that serve or write; none where it runs on another machine.</summary>
    private double Server() => Ask("SELECT pid::bigint FROM pg_stat_activity").Sum(pid => Ticks($"/proc/{pid}/stat"));

    private static double Writer() => Directory.Exists("/proc/self/task")
        ? Directory.GetDirectories("/proc/self/task").Where(task => Read($"{task}/comm").StartsWith("record writer", StringComparison.Ordinal)).Sum(task => Ticks($"{task}/stat"))
        : 0;

    /// <summary>Processor time of all processes that this one started and that have ended, with theirs, microseconds (proc(5): fields 16 and 17).</summary>
    internal static double OfChildren() => Ticks("/proc/self/stat", first: 13);

    /// <summary>Processor time in user and kernel, microseconds (proc(5): fields 14 and 15).</summary>
    private static double Ticks(string stat, int first = 11)
    {
        if (Read(stat) is not { Length: > 0 } text)
            return 0;
        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return (long.Parse(fields[first], CultureInfo.InvariantCulture) + long.Parse(fields[first + 1], CultureInfo.InvariantCulture)) * MicrosecondsPerTick;
    }

    /// <summary>Empty for a thread or a process that is not there, or has ended meanwhile.</summary>
    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static double Written() => File.Exists("/proc/self/io")
        ? double.Parse(File.ReadLines("/proc/self/io").First(line => line.StartsWith("write_bytes: ", StringComparison.Ordinal))[13..], CultureInfo.InvariantCulture)
        : 0;

    private List<long> Ask(string sql)
    {
#pragma warning disable CA2100 // one of two constants
        using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        using var reader = command.ExecuteReader();
        var found = new List<long>();
        while (reader.Read())
            found.Add(reader.GetInt64(0));
        return found;
    }
}

/// <summary>Amounts of processor time in microseconds, of memory allocated and of bytes to the disk (PostgreSQL: of its log) in kB.</summary>
internal readonly record struct Amounts(double Process, double Writer, double Server, double Allocated, double Disk)
{
    public static Amounts operator -(Amounts a, Amounts b) => new(a.Process - b.Process, a.Writer - b.Writer, a.Server - b.Server, a.Allocated - b.Allocated, a.Disk - b.Disk);

    public static Amounts operator /(Amounts a, double by) => new(a.Process / by, a.Writer / by, a.Server / by, a.Allocated / by, a.Disk / by);
}

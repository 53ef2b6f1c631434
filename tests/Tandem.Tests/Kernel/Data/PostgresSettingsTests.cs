using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Npgsql;
using Tandem.Kernel.Data.Postgres;

namespace Tandem.Tests.Kernel.Data;

public sealed class PostgresSettingsTests
{
    [Theory]
    [InlineData("Host=one;Database=d", null)]
    [InlineData("Host=one,two;Database=d", "primary")]
    [InlineData("Host=one,two;Database=d;Target Session Attributes=any", "primary")]
    public void Of_several_machines_only_the_one_that_takes_writes_is_asked(string given, string? wanted) =>
        Assert.Equal(wanted, PostgresDatabase.Settings(given).TargetSessionAttributes);

    [Fact] // of so many some had less than a millisecond left when the driver tried once more
    public void A_server_that_does_not_answer_is_never_waited_for_without_end()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start(200);
        var place = $"Host=127.0.0.1;Port={((IPEndPoint)silent.LocalEndpoint).Port};Username=nobody;Timeout=1;Pooling=false";
        var ends = new ConcurrentBag<bool>();
        List<Thread> threads = [.. Enumerable.Range(0, 100).Select(_ => new Thread(() => ends.Add(IsRefused(place))) { IsBackground = true })];
        foreach (var thread in threads)
            thread.Start();

        Assert.All(threads, thread => Assert.True(thread.Join(TimeSpan.FromSeconds(60)), "It still waits."));
        Assert.All(ends, Assert.True);
    }

    private static bool IsRefused(string place)
    {
        using var source = PostgresDatabase.Source(new(place));
        using var connection = source.CreateConnection();
        try
        {
            connection.Open();
            return false;
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            return true;
        }
    }
}

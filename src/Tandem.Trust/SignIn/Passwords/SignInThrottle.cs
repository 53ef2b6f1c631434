using System.Collections.Concurrent;
using System.Net;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Log;

namespace Tandem.Trust.SignIn.Passwords;

/// <summary>
/// Slows down who guesses and not who owns the account. Wrong attempts count by account and by whether the browser has signed in to it before: strangers share one
/// count, each known browser has its own. So an attack closes the door for strangers, while the person gets in from a browser that they used, and with a
/// passkey from anywhere. Beside that each network address has a small allowance. Names that nobody has are counted alike, so that nothing tells them apart.
/// </summary>
internal sealed class SignInThrottle(RecordStore record, TimeProvider clock)
{
    /// <summary>Wrong attempts without any wait.</summary>
    internal const int Free = 5;

    /// <summary>Wrong attempts in a row after which only a sign-in by other means opens the door again (NIST SP 800-63B-4 3.2.2).</summary>
    internal const int Most = 100;

    /// <summary>Attempts of one address in five minutes: enough for a clinic behind one address.</summary>
    internal const int PerAddress = 60;

    private const string ReadOne = "SELECT failures, last_at FROM signin_attempts WHERE subject = $1";
    private const string ReadOld = "SELECT subject FROM signin_attempts WHERE last_at < $1 LIMIT 100";
    private const int MostAddresses = 100_000;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    internal static readonly Table Attempts = new(
        "signin_attempts", TableKind.Rows, [new("subject", DbKind.Text)], [new("failures", DbKind.Integer), new("last_at", DbKind.Integer)], [new("last", "last_at")]);

    private readonly ConcurrentDictionary<string, (DateTimeOffset Since, int Count)> addresses = new(StringComparer.Ordinal);

    /// <summary>Whether an address may try once more now; counts the attempt.</summary>
    internal bool MayTry(IPAddress? address)
    {
        var now = clock.GetUtcNow();
        if (addresses.Count > MostAddresses)
            addresses.Clear(); // better a short forgetting than memory without end
        var seen = addresses.AddOrUpdate(NetworkOf(address), _ => (now, 1), (_, known) => now - known.Since >= Window ? (now, 1) : (known.Since, known.Count + 1));
        return seen.Count <= PerAddress;
    }

    /// <summary>How much longer a subject has to wait; nothing when it may try.</summary>
    internal TimeSpan Wait(string subject)
    {
        var (failures, last) = record.Database.Read(session => session.First(ReadOne, row => (row.Integer(0), row.Instant(1)), subject));
        var wait = WaitAfter(failures);
        var left = last + wait - clock.GetUtcNow();
        return failures >= Most ? TimeSpan.MaxValue : left > TimeSpan.Zero && left <= wait + LongestWait ? left : TimeSpan.Zero; // more than that is of a clock that was set back
    }

    /// <summary>The wait after so many wrong attempts in a row: none, then one minute, doubling up to an hour.</summary>
    internal static TimeSpan WaitAfter(long failures) => failures < Free
        ? TimeSpan.Zero
        : TimeSpan.FromMinutes(Math.Min(LongestWait.TotalMinutes, Math.Pow(2, Math.Min(failures - Free, 10))));

    /// <summary>Counts a wrong attempt.</summary>
    internal Task FailedAsync(string subject, CancellationToken cancel) => record.WriteAsync<int>(
        AccessScope.System,
        session =>
        {
            foreach (var old in session.Query(ReadOld, row => row.Text(0), session.ClockNow - Kept))
                session.Remove(Attempts, old);
            var failures = session.Query(ReadOne, row => row.Integer(0), subject).FirstOrDefault();
            session.Write(Attempts, subject, failures + 1, session.ClockNow);
            return 0;
        },
        cancel);

    /// <summary>Stages the end of a subject's wrong attempts: a right one has come.</summary>
    internal static void Forget(WriteSession session, string subject) => session.Remove(Attempts, subject);

    /// <summary>The name under which attempts are counted.</summary>
    /// <param name="login">As typed; kept as a hash only.</param>
    /// <param name="device">The id of a browser that has signed in to this account before, or null.</param>
    internal static string Subject(string login, string? device) => Tokens.Hash($"{People.Account.Normal(login)}\n{device}");

    /// <summary>IPv6 by its network of 64 bits, which one customer has.</summary>
    private static string NetworkOf(IPAddress? address)
    {
        if (address is null || address.IsIPv4MappedToIPv6)
            return address?.MapToIPv4().ToString() ?? "";
        return address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8)) : address.ToString();
    }
}

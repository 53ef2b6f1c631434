using Tandem.Kernel.Data;

namespace Tandem.Trust.SignIn;

/// <summary>How somebody proved who they are.</summary>
public enum SignInMeans
{
    /// <summary>A link that an administrator handed out: good for setting up a passkey or a password, and for nothing else.</summary>
    Invitation,

    /// <summary>A link of the demonstration, whose people do not exist.</summary>
    Demonstration,

    /// <summary>A passkey, with the person verified by the authenticator.</summary>
    Passkey,

    /// <summary>A password and a one-time code.</summary>
    PasswordAndCode,

    /// <summary>A password alone (patients and their proxies only).</summary>
    Password,

    /// <summary>The organisation's own identity provider.</summary>
    Provider,
}

/// <summary>An open session as its owner and administrators see it. Times are UTC.</summary>
/// <param name="Id">A public id; the secret is known to the browser alone.</param>
/// <param name="Person">Whose.</param>
/// <param name="Role">In which role they act.</param>
/// <param name="Organization">For which organisation (id), or null for the region.</param>
/// <param name="Means">How it was begun.</param>
/// <param name="BegunAt">When.</param>
/// <param name="SeenAt">When it was last used, to a minute.</param>
/// <param name="EndsAt">When it ends however busy it is.</param>
/// <param name="Idle">How long it may rest.</param>
/// <param name="ConfirmedAt">When the person last proved who they are.</param>
/// <param name="Device">Browser and system, in words.</param>
/// <param name="Address">The address it was begun from.</param>
/// <param name="Provider">For a session of an identity provider: the organisation whose provider it is; otherwise null.</param>
public sealed record Session(
    string Id, string Person, string Role, string? Organization, SignInMeans Means, DateTimeOffset BegunAt, DateTimeOffset SeenAt, DateTimeOffset EndsAt,
    TimeSpan Idle, DateTimeOffset ConfirmedAt, string Device, string? Address, string? Provider = null)
{
    internal const string Columns =
        "s.id, s.person, s.role, s.organization, s.means, s.begun_at, s.seen_at, s.ends_at, s.idle, s.confirmed_at, s.device, s.address, s.provider";

    /// <summary>Whether it is still open at an instant.</summary>
    public bool IsOpenAt(DateTimeOffset now) => now < EndsAt && now < SeenAt + Idle;

    /// <summary>How long it stays open from an instant on when nothing is asked for; nothing when it is over.</summary>
    public TimeSpan LeftAt(DateTimeOffset now)
    {
        var end = SeenAt + Idle < EndsAt ? SeenAt + Idle : EndsAt;
        return end > now ? end - now : TimeSpan.Zero;
    }

    /// <summary>True when it may only set up a means of signing in.</summary>
    public bool IsOnlyForSetUp => Means == SignInMeans.Invitation;

    internal static Session Read(DbRow row) => new(
        row.Text(0), row.Text(1), row.Text(2), row.Text(3) is { Length: > 0 } organization ? organization : null, Enum.Parse<SignInMeans>(row.Text(4)), row.Instant(5),
        row.Instant(6), row.Instant(7), TimeSpan.FromMilliseconds(row.Integer(8)), row.Instant(9), row.Text(10), row.TextOrNull(11), row.TextOrNull(12));

    internal DbValue[] Row(string tokenHash) =>
    [
        tokenHash, Id, Person, Role, Organization ?? "", Means.ToString(), BegunAt, SeenAt, EndsAt, (long)Idle.TotalMilliseconds, ConfirmedAt, Device, Address, Provider,
    ];
}

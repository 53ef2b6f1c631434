namespace Tandem.Trust.SignIn;

/// <summary>What an installation decides about signing in: the configuration section <c>SignIn</c>.</summary>
public sealed class SignInOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "SignIn";

    /// <summary>Limits of single roles, by role; a role that is not named has those of <see cref="SessionLimits.Of"/>.</summary>
    public Dictionary<string, RoleLimits> Roles { get; set; } = [];

    /// <summary>The domain that passkeys belong to; empty for the name in the address bar.</summary>
    public string PasskeyDomain { get; set; } = "";

    /// <summary>How long somebody who proved who they are may do sensitive acts without doing so again.</summary>
    public int ConfirmMinutes { get; set; } = 15;

    /// <summary>A file of SHA-1 hashes of leaked passwords in order, as Have I Been Pwned gives it out; empty for the 30,000 that ship alone.</summary>
    public string LeakedPasswords { get; set; } = "";

    /// <summary>Takes a one-time code for thirty seconds after its own, for people who type slowly and clocks that differ.</summary>
    public bool TakesLateCodes { get; set; }

    /// <summary>
    /// The least bits of an RSA key by which an authenticator (a passkey that is added) or an organisation's identity provider proves itself: 3072 are as strong as the other means of the hub (NIST SP 800-57 part 1);
    /// 2048 is the least that may be set. An organisation's page can accept 2048 for its own provider alone.
    /// </summary>
    public int ShortestRsaKey { get; set; } = 3072;

    /// <summary>The limits for a role.</summary>
    public SessionLimits LimitsOf(string role)
    {
        var shipped = SessionLimits.Of(role);
        return Roles.TryGetValue(role, out var own)
            ? new SessionLimits(
                own.IdleMinutes is { } idle ? TimeSpan.FromMinutes(idle) : shipped.Idle, own.HoursAtMost is { } hours ? TimeSpan.FromHours(hours) : shipped.Absolute)
            : shipped;
    }

    /// <summary>What is wrong with the settings, each as a sentence that names the setting; empty when they can be used.</summary>
    public IEnumerable<string> Problems()
    {
        if (ConfirmMinutes < 1)
            yield return $"{Section}:ConfirmMinutes must be 1 or more; it is {ConfirmMinutes}.";
        if (ShortestRsaKey is < KeyLength.LeastRsa or > KeyLength.MostRsa)
            yield return $"{Section}:ShortestRsaKey must be from {KeyLength.LeastRsa} to {KeyLength.MostRsa}; it is {ShortestRsaKey}.";
        if (LeakedPasswords.Length > 0 && !File.Exists(LeakedPasswords))
            yield return $"{Section}:LeakedPasswords names a file that does not exist: {LeakedPasswords}.";
        foreach (var (role, limits) in Roles)
        {
            if (limits.IdleMinutes is < 1 or > 1440)
                yield return $"{Section}:Roles:{role}:IdleMinutes must be from 1 to 1440; it is {limits.IdleMinutes}.";
            if (limits.HoursAtMost is < 1 or > 8760)
                yield return $"{Section}:Roles:{role}:HoursAtMost must be from 1 to 8760; it is {limits.HoursAtMost}.";
        }
    }
}

/// <summary>A site's own limits for a role; what is not given stays as shipped.</summary>
public sealed class RoleLimits
{
    /// <summary>Minutes without a request after which a session ends.</summary>
    public int? IdleMinutes { get; set; }

    /// <summary>Hours after which a session ends however busy it is.</summary>
    public int? HoursAtMost { get; set; }
}

/// <summary>How long a session lasts. NIST SP 800-63B-4 2.2.3: at assurance level 2 an hour without activity and 24 hours overall at most.</summary>
/// <param name="Idle">Without a request.</param>
/// <param name="Absolute">At all.</param>
public sealed record SessionLimits(TimeSpan Idle, TimeSpan Absolute)
{
    /// <summary>The limits that ship for a role.</summary>
    public static SessionLimits Of(string role) => role switch
    {
        "administrator" or "privacy-officer" or "integration-engineer" => new(TimeSpan.FromMinutes(15), TimeSpan.FromHours(8)),
        "community-health-worker" => new(TimeSpan.FromMinutes(60), TimeSpan.FromHours(12)),
        "patient" or "proxy" => new(TimeSpan.FromMinutes(30), TimeSpan.FromHours(12)),
        _ => new(TimeSpan.FromMinutes(30), TimeSpan.FromHours(12)),
    };
}

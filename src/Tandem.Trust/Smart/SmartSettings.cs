namespace Tandem.Trust.Smart;

/// <summary>What a site decides about apps and the systems it trusts (section <c>Smart</c> of the settings).</summary>
public sealed record SmartSettings
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Smart";

    /// <summary>Allows addresses on this machine without encryption (key sets, electronic health records): for tests and demonstrations.</summary>
    public bool AllowLoopback { get; init; }

    /// <summary>False closes the address where apps register themselves; administrators still register them by page.</summary>
    public bool DynamicRegistration { get; init; } = true;

    /// <summary>Most registrations that may wait for a decision; further ones are refused until somebody decides.</summary>
    public int MostPending { get; init; } = 100;

    /// <summary>How often an address may be refused a minute for one app before it has to wait.</summary>
    public int RefusalsPerMinute { get; init; } = 30;

    /// <summary>How many apps an address may register an hour.</summary>
    public int RegistrationsPerHour { get; init; } = 20;

    /// <summary>How long an access token of an app works.</summary>
    public TimeSpan AccessLasts { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long a refresh token works when it is not used; each use begins the time anew.</summary>
    public TimeSpan RefreshLasts { get; init; } = TimeSpan.FromDays(90);

    /// <summary>How long a person's consent lasts at most; then the app asks again.</summary>
    public TimeSpan GrantLasts { get; init; } = TimeSpan.FromDays(365);

    /// <summary>How long the key that signs is used before a new one takes its place.</summary>
    public TimeSpan KeyLasts { get; init; } = TimeSpan.FromDays(90);

    /// <summary>The least bits of an RSA key by which an app proves itself: 3072 are as strong as the other means of the hub (NIST SP 800-57 part 1); 2048 is the least that may be set.</summary>
    public int ShortestRsaKey { get; init; } = 3072;

    /// <summary>How long the hub waits for what it asks of apps and of health records beside it: key sets, discovery documents.</summary>
    public TimeSpan OutsideWaits { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Systems outside that may ask for themselves (CDS Hooks) or open the hub for a patient. Nobody else may.</summary>
    public IReadOnlyList<TrustedSystem> Systems { get; init; } = [];

    /// <summary>What is wrong with the settings, each as a sentence that names the setting; empty when they can be used.</summary>
    public IEnumerable<string> Problems()
    {
        if (MostPending < 0)
            yield return $"{Section}:MostPending must be 0 or more; it is {MostPending}.";
        if (RefusalsPerMinute < 1)
            yield return $"{Section}:RefusalsPerMinute must be 1 or more; it is {RefusalsPerMinute}.";
        if (RegistrationsPerHour < 1)
            yield return $"{Section}:RegistrationsPerHour must be 1 or more; it is {RegistrationsPerHour}.";
        if (ShortestRsaKey is < KeyLength.LeastRsa or > KeyLength.MostRsa)
            yield return $"{Section}:ShortestRsaKey must be from {KeyLength.LeastRsa} to {KeyLength.MostRsa}; it is {ShortestRsaKey}.";
        if (AccessLasts <= TimeSpan.Zero)
            yield return $"{Section}:AccessLasts must be longer than nothing; it is {AccessLasts}.";
        if (RefreshLasts <= TimeSpan.Zero)
            yield return $"{Section}:RefreshLasts must be longer than nothing; it is {RefreshLasts}.";
        if (GrantLasts <= TimeSpan.Zero)
            yield return $"{Section}:GrantLasts must be longer than nothing; it is {GrantLasts}.";
        if (OutsideWaits <= TimeSpan.Zero || OutsideWaits > TimeSpan.FromMinutes(5))
            yield return $"{Section}:OutsideWaits must be longer than nothing and at most five minutes; it is {OutsideWaits}.";
        if (KeyLasts <= TimeSpan.Zero)
            yield return $"{Section}:KeyLasts must be longer than nothing; it is {KeyLasts}.";
    }
}

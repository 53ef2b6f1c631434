namespace Tandem.Hub.Hosting;

/// <summary>What a caller may cost before the hub refuses it (section <c>Wall</c>).</summary>
public sealed record WallSettings
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Wall";

    /// <summary>Requests a second of one person or program, on average.</summary>
    public int PerPersonPerSecond { get; init; } = 100;

    /// <summary>Requests a second of one network address from which nobody is signed in, on average.</summary>
    public int PerAddressPerSecond { get; init; } = 20;

    /// <summary>How many seconds' worth may come at once.</summary>
    public int BurstSeconds { get; init; } = 10;

    /// <summary>Connections open at once, of all kinds.</summary>
    public int MostConnections { get; init; } = 10_000;

    /// <summary>Seconds within which a request's head has to have come.</summary>
    public int HeadSeconds { get; init; } = 15;

    /// <summary>Bytes a second below which a body's sender is taken for a slow attacker, after five seconds.</summary>
    public int LeastBytesPerSecond { get; init; } = 240;

    /// <summary>What is wrong with the settings, each as a sentence that names the setting; empty when they can be used.</summary>
    public IEnumerable<string> Problems()
    {
        if (PerPersonPerSecond < 1)
            yield return $"{Section}:PerPersonPerSecond must be 1 or more; it is {PerPersonPerSecond}.";
        if (PerAddressPerSecond < 1)
            yield return $"{Section}:PerAddressPerSecond must be 1 or more; it is {PerAddressPerSecond}.";
        if (BurstSeconds < 1)
            yield return $"{Section}:BurstSeconds must be 1 or more; it is {BurstSeconds}.";
        if (MostConnections < 1)
            yield return $"{Section}:MostConnections must be 1 or more; it is {MostConnections}.";
        if (HeadSeconds < 1)
            yield return $"{Section}:HeadSeconds must be 1 or more; it is {HeadSeconds}.";
        if (LeastBytesPerSecond < 1)
            yield return $"{Section}:LeastBytesPerSecond must be 1 or more; it is {LeastBytesPerSecond}.";
    }
}

namespace Tandem.Record.Rest;

/// <summary>What a request to the FHIR interface may cost.</summary>
/// <param name="ResourceBytes">Largest body of one resource.</param>
/// <param name="BundleBytes">Largest body of a batch or transaction.</param>
/// <param name="Depth">Deepest nesting of one resource's JSON; a bundle may have eight levels more.</param>
/// <param name="PageSize">Entries on a page when the client does not say.</param>
/// <param name="MostPerPage">Entries on a page at most, whatever the client says.</param>
public sealed record RestLimits(int ResourceBytes, int BundleBytes, int Depth, int PageSize, int MostPerPage)
{
    /// <summary>32 MiB, 256 MiB, 128 levels, 20 and 1,000 entries.</summary>
    public static readonly RestLimits Default = new(32 * 1024 * 1024, 256 * 1024 * 1024, 128, 20, 1000);

    /// <summary>Resources that one conditional delete may take away (R4 3.1.0.7.1); 1, the default, refuses a query that finds several; see <see cref="RestSettings.MostDeletes"/>.</summary>
    public int MostDeletes { get; init; } = 1;

    /// <summary>A page of a search or a history ends with the resource that brings it to so many bytes, whatever the client says; not where contained resources are found. Over several types with a sort it may end before. 64 MiB.</summary>
    public int PageBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Largest bundle that is put together for an answer. 1 GiB.</summary>
    public int AnswerBytes { get; init; } = 1024 * 1024 * 1024;

    /// <summary>Largest answer as XML, or laid out over lines: either may be many times the JSON that is stored. 256 MiB.</summary>
    public int FormedBytes { get; init; } = 256 * 1024 * 1024;

    /// <summary>How long the statements of a read may take; see <see cref="RestSettings.LongestRead"/>.</summary>
    public TimeSpan LongestRead { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>What the server says it follows as a whole; see <see cref="RestSettings.Instantiates"/>.</summary>
    public IReadOnlyList<string> Instantiates { get; init; } = [];

    /// <summary>False where a client has to post what it searches for; see <see cref="RestSettings.WordsInAddresses"/>.</summary>
    public bool WordsInAddresses { get; init; } = true;
}

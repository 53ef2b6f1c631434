namespace Tandem.Record.Rest;

/// <summary>What an installation decides of the FHIR interface (section <c>Fhir</c>).</summary>
public sealed record RestSettings
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Fhir";

    /// <summary>
    /// True, the default: searches come by GET and by POST, as FHIR R4 and US Core ask of a server. False: an address holds ids and how the answer is to look; whatever else is asked of people's
    /// records is posted, so that names, numbers, birth dates and diagnoses stand in no log of a proxy (OWASP ASVS 5.0, V14.2.1).
    /// </summary>
    public bool WordsInAddresses { get; init; } = true;

    /// <summary>
    /// How long the database may work at one read (a read, a search, a history, an operation, an entry of a batch), 30 seconds unless set: what takes longer is ended and answered with 503. Exports, imports, writes and what the hub does by
    /// itself take the time that they need.
    /// </summary>
    public TimeSpan LongestRead { get; init; } = RestLimits.Default.LongestRead;

    /// <summary>
    /// How many resources one conditional delete may take away (<c>DELETE Observation?identifier=…</c>, in bundles too; R4 3.1.0.7.1), up to 1,000. Unless set it is 1, and a query that finds several is refused; where it is more, one
    /// that finds more than so many is refused.
    /// </summary>
    public int MostDeletes { get; init; } = RestLimits.Default.MostDeletes;

    /// <summary>
    /// CapabilityStatements that this installation fulfils as a whole, by their canonical addresses, beside that of Bulk Data, which every hub does: such as
    /// <c>http://hl7.org/fhir/us/core/CapabilityStatement/us-core-server</c>. None unless set: whether its data do, the site alone knows.
    /// </summary>
    public IReadOnlyList<string> Instantiates { get; init; } = [];

    /// <summary>What is wrong with the settings, each as a sentence that names the setting; empty when they can be used.</summary>
    public IEnumerable<string> Problems()
    {
        if (LongestRead <= TimeSpan.Zero)
            yield return $"{Section}:{nameof(LongestRead)} must be longer than nothing; it is {LongestRead}.";
        if (MostDeletes is < 1 or > 1000)
            yield return $"{Section}:{nameof(MostDeletes)} must be 1 to 1000; it is {MostDeletes}.";
        foreach (var address in Instantiates.Where(address => !Uri.TryCreate(address, UriKind.Absolute, out _)))
            yield return $"{Section}:{nameof(Instantiates)} must hold canonical addresses; {address} is none.";
    }

    /// <summary>The limits with what the installation decides.</summary>
    public RestLimits Limits => RestLimits.Default with { WordsInAddresses = WordsInAddresses, LongestRead = LongestRead, MostDeletes = MostDeletes, Instantiates = Instantiates };
}

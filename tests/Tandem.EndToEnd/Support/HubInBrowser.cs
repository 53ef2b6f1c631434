namespace Tandem.EndToEnd.Support;

/// <summary>One hub without sign-in for the classes of a collection, which take turns; each test opens visits of its own.</summary>
/// <param name="browser">Whose visits.</param>
public sealed class HubInBrowser(SharedBrowser browser) : IAsyncLifetime
{
    private HubProcess? hub;

    /// <summary>Where the hub answers.</summary>
    public Uri Address => hub!.Address;

    /// <summary>The loopback port on which it takes HL7 v2 messages.</summary>
    public int MllpPort => hub!.MllpPort;

    /// <summary>What the hub has written to its console.</summary>
    public string HubOutput => hub!.Output;

    /// <inheritdoc />
    public async ValueTask InitializeAsync() => hub = await HubProcess.StartAsync();

    /// <inheritdoc cref="SharedBrowser.VisitAsync" />
    public Task<Visit> VisitAsync(Look look, bool javaScript = true, bool cookies = true, string? locale = null) => browser.VisitAsync(Address, look, javaScript, cookies, locale);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (hub is not null)
            await hub.DisposeAsync();
    }
}

/// <summary>The hub of messages, of the frame and of the parts of pages.</summary>
[CollectionDefinition]
public sealed class HubOfFeeds : ICollectionFixture<HubInBrowser>;

/// <summary>The hub of loops, patients and people.</summary>
[CollectionDefinition]
public sealed class HubOfWorklists : ICollectionFixture<HubInBrowser>;

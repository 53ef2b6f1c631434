using Tandem.Kernel.Data;

namespace Tandem.Tests.Trust.Smart;

/// <summary>Everything that nobody may get through with, tried against a running hub: none is accepted. One hub serves all attempts of an engine.</summary>
public abstract class OAuthRefusalBehaviour(Engine engine) : IAsyncLifetime
{
    private const int AtLeast = 120;
    private SmartHub hub = null!;

    private static IReadOnlyList<OAuthAttempt> Attempts { get; } =
        [.. AuthorizationAttempts.All, .. TokenAttempts.All, .. AssertionAttempts.All, .. RegistrationAttempts.All];

    public async ValueTask InitializeAsync() => hub = await SmartHub.StartAsync(engine);

    public async ValueTask DisposeAsync()
    {
        await hub.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task No_attempt_is_accepted()
    {
        var accepted = new List<string>();
        foreach (var attempt in Attempts)
        {
            if (await attempt.Try(hub) is { } happened)
                accepted.Add($"{attempt.Name}: {happened}");
        }

        Assert.Empty(accepted);
        Assert.True(Attempts.DistinctBy(attempt => attempt.Name).Count() >= AtLeast, $"There are only {Attempts.Count} attempts.");
    }

    [Fact]
    public async Task What_is_right_is_accepted_so_that_the_attempts_fail_for_their_own_reason()
    {
        var tokens = await hub.TokensAsync();
        Assert.Equal(System.Net.HttpStatusCode.OK, (await hub.GetAsync("/fhir/Patient/pia", TokenAttempts.Text(tokens, "access_token"))).Status);
        Assert.Equal(System.Net.HttpStatusCode.OK, (await hub.TokenAsync(TokenAttempts.Refresh(hub, TokenAttempts.Text(tokens, "refresh_token")))).Status);
        Assert.Equal(System.Net.HttpStatusCode.OK, (await hub.TokenAsync(hub.ServiceForm(hub.Assert()))).Status);
        Assert.Equal(System.Net.HttpStatusCode.OK, (await hub.TokenAsync(hub.ServiceForm(hub.Assert(signedBy: "rsa")))).Status);
        var form = hub.Exchange(await hub.CodeAsync(hub.Request(hub.Confidential)), hub.Confidential);
        Assert.Equal(System.Net.HttpStatusCode.OK, (await hub.TokenAsync(form, hub.Basic())).Status);
        Assert.Equal(System.Net.HttpStatusCode.Created, (await RegistrationAttempts.RegisterAsync(hub, RegistrationAttempts.Metadata.ToJsonString())).Status);
    }
}

public sealed class OAuthRefusalOnSqlite() : OAuthRefusalBehaviour(Engine.Sqlite);

public sealed class OAuthRefusalOnPostgres() : OAuthRefusalBehaviour(Engine.Postgres);

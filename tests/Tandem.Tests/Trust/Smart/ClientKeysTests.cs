using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Tandem.Tests.Support;
using Tandem.Trust.Smart;

namespace Tandem.Tests.Trust.Smart;

/// <summary>Keys of an app that are published at a place which does not always answer.</summary>
public sealed class ClientKeysTests : IAsyncLifetime
{
    private readonly ManualClock clock = new();
    private readonly TestKeys pair = new();
    private readonly SmartSettings settings = new() { AllowLoopback = true };
    private readonly WebApplication app;
    private readonly OutsideWorld outside;
    private readonly ClientKeys keys;
    private (int Status, string Body) answer;
    private int asked;

    public ClientKeysTests()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        app = builder.Build();
        app.MapGet("/keys", () =>
        {
            asked++;
            return Results.Text(answer.Body, "application/json", statusCode: answer.Status);
        });
        outside = new OutsideWorld(settings);
        keys = new ClientKeys(outside, settings, clock);
        answer = (200, pair.Published.GetRawText());
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await app.StartAsync(Cancel);

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        outside.Dispose();
        pair.Dispose();
    }

    [Fact]
    public async Task Keys_that_are_known_stay_while_their_place_does_not_answer_for_an_hour_at_most()
    {
        Assert.Equal(1, await CountAsync());
        answer = (503, "");
        foreach (var minutes in new[] { 6, 20, 30 })
        {
            clock.Advance(TimeSpan.FromMinutes(minutes));
            Assert.Equal((minutes, 1), (minutes, await CountAsync()));
        }

        Assert.Equal(4, asked); // each time it was looked for them anew
        Assert.Equal(1, await CountAsync());
        Assert.Equal(4, asked); // but not for each request
        clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(0, await CountAsync());

        answer = (200, pair.Published.GetRawText());
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task A_key_that_is_asked_for_first_while_the_place_does_not_answer_does_not_drive_out_the_others()
    {
        Assert.Equal(1, await CountAsync());
        answer = (503, "");
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Empty(await keys.FindAsync(Address, "of nobody", Cancel));
        Assert.Equal(1, await CountAsync());
    }

    [Theory]
    [InlineData("""{"keys":[]}""")]
    [InlineData("""{"keys":[{"kty":"EC","crv":"P-384","kid":"another","use":"sig","x":"AA","y":"AA"}]}""")]
    public async Task A_key_that_is_withdrawn_is_known_no_longer(string without)
    {
        Assert.Equal(1, await CountAsync());
        answer = (200, without);
        clock.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal(0, await CountAsync());
    }

    private string Address => app.Urls.First() + "/keys";

    private async Task<int> CountAsync() => (await keys.FindAsync(Address, "ec-1", Cancel)).Count;
}

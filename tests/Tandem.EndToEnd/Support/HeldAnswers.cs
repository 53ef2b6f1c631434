using System.Threading.Channels;
using Microsoft.Playwright;

namespace Tandem.EndToEnd.Support;

/// <summary>The hub's answers to some requests of a tab, kept back until the test lets them go: the hub has done what was asked, and the reader does not know yet.</summary>
internal sealed class HeldAnswers : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Channel<bool> arrived = Channel.CreateUnbounded<bool>();
    private readonly SemaphoreSlim gate = new(0);
    private readonly IPage page;

    private HeldAnswers(IPage page) => this.page = page;

    /// <summary>Holds every answer from now on.</summary>
    /// <param name="page">The tab.</param>
    /// <param name="address">A pattern as Playwright reads it.</param>
    /// <param name="which">Which of those requests; all when it is absent.</param>
    internal static async Task<HeldAnswers> OfAsync(IPage page, string address, Func<IRequest, bool>? which = null)
    {
        var held = new HeldAnswers(page);
        await page.RouteAsync(address, async route =>
        {
            if (which?.Invoke(route.Request) is false)
            {
                await route.ContinueAsync();
                return;
            }

            try
            {
                var answer = await route.FetchAsync();
                held.arrived.Writer.TryWrite(true);
                await held.gate.WaitAsync();
                await route.FulfillAsync(new() { Response = answer });
            }
            catch (PlaywrightException e)
            {
                held.arrived.Writer.TryComplete(e); // nobody else is told of it
            }
        });
        return held;
    }

    /// <summary>Waits until the hub has answered one more of the requests.</summary>
    /// <exception cref="TimeoutException">None was made within a minute; the message holds how the page stands.</exception>
    internal async Task ArrivedAsync()
    {
        try
        {
            await arrived.Reader.ReadAsync().AsTask().WaitAsync(Patience);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException("The page asked for nothing of this. " + await Visit.StandingAsync(page), e);
        }
    }

    /// <summary>Lets one answer go.</summary>
    internal void ReleaseOne() => gate.Release();

    /// <summary>Lets all answers go, those to come too.</summary>
    internal void Release() => gate.Release(1_000);

    /// <inheritdoc />
    public void Dispose() => Release(); // whoever still waits goes on; the gate itself holds nothing that needs disposing
}

using Tandem.Kernel.Data;

namespace Tandem.Tests.Care.Intake;

/// <summary>Waits for what happens beside the test.</summary>
internal static class Eventually
{
    /// <summary>Returns when the condition holds; fails after a minute.</summary>
    internal static Task TrueAsync(Func<bool> condition, string? what = null) => TrueAsync(() => Task.FromResult(condition()), what);

    /// <inheritdoc cref="TrueAsync(Func{bool}, string?)"/>
    internal static async Task TrueAsync(Func<Task<bool>> condition, string? what = null)
    {
        for (var tries = 0; tries < 3_000; tries++)
        {
            if (await condition())
                return;
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        Assert.Fail(what ?? "It did not happen within a minute.");
    }

    /// <summary>What is opened over a log that another process has, and gives back when it notices that somebody waits: on a busy machine later than who waits has the patience for.</summary>
    internal static async Task<T> LetInAsync<T>(Func<T> open)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return open();
            }
            catch (LogOwnedElsewhereException) when (tries < 30) // each takes two seconds
            {
                await Task.Delay(20, TestContext.Current.CancellationToken);
            }
        }
    }
}

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
}

using Microsoft.AspNetCore.Http;
using Tandem.Trust.Smart;

namespace Tandem.Tests.Trust.Smart;

/// <summary>How long somebody who guesses has to wait.</summary>
public sealed class OAuthThrottleTests
{
    [Fact]
    public async Task Who_was_granted_one_more_attempt_waits_again_after_it()
    {
        using var throttle = new OAuthThrottle(new SmartSettings { RefusalsPerMinute = 1 });
        var request = new DefaultHttpContext().Request;
        throttle.Refused(request, "a token");
        Assert.NotNull(throttle.Wait(request, "a token"));
        Assert.Null(throttle.Wait(request, "another token"));

        for (var i = 0; i < 1200 && throttle.Wait(request, "a token") is not null; i++)
            await Task.Delay(50, TestContext.Current.CancellationToken); // one more is granted every six seconds, and some milliseconds of the next
        throttle.Refused(request, "a token");
        Assert.NotNull(throttle.Wait(request, "a token"));
    }
}

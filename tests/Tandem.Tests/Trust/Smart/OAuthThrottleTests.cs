using System.Diagnostics;
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
        WaitsOnceRefused();
        Assert.Null(throttle.Wait(request, "another token"));

        for (var i = 0; i < 1200 && throttle.Wait(request, "a token") is not null; i++)
            await Task.Delay(50, TestContext.Current.CancellationToken); // one more is granted every six seconds, and some milliseconds of the next
        WaitsOnceRefused();

        void WaitsOnceRefused()
        {
            TimeSpan took;
            do
            {
                var start = Stopwatch.GetTimestamp();
                throttle.Refused(request, "a token");
                if (throttle.Wait(request, "a token") is not null)
                    return;
                took = Stopwatch.GetElapsedTime(start);
            }
            while (took > TimeSpan.FromSeconds(3)); // this thread was held up until the next attempt was granted
            Assert.Fail("Who was refused needs not wait.");
        }
    }
}

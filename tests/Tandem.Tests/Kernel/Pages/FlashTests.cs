using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Tandem.Kernel.Pages;

namespace Tandem.Tests.Kernel.Pages;

public sealed class FlashTests
{
    private readonly FlashCarrier carrier = new(new EphemeralDataProtectionProvider());

    [Fact]
    public void What_was_left_is_taken_once_by_the_next_page_and_cannot_be_read_on_the_way()
    {
        var act = new DefaultHttpContext();
        carrier.Leave(act, new Flash("You took this item.", Tone.Done, "/loops/1/undo"));
        var cookie = act.Response.Headers.SetCookie.ToString();
        Assert.DoesNotContain("took", cookie, StringComparison.Ordinal);
        Assert.Contains("httponly", cookie, StringComparison.Ordinal);

        var page = new DefaultHttpContext();
        page.Request.Headers.Cookie = cookie.Split(';')[0];
        Assert.Equal(new Flash("You took this item.", Tone.Done, "/loops/1/undo"), carrier.Take(page));
        Assert.Contains("tandem-flash=; expires=Thu, 01 Jan 1970", page.Response.Headers.SetCookie.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_somebody_else_wrote_is_not_shown()
    {
        var page = new DefaultHttpContext();
        page.Request.Headers.Cookie = "tandem-flash=CfDJ8forged";
        Assert.Null(carrier.Take(page));
        Assert.Null(carrier.Take(new DefaultHttpContext()));
    }
}

using Tandem.Hub.Pages;

namespace Tandem.Tests.Hub.Pages;

public sealed class PreferenceRoutesTests
{
    [Theory]
    [InlineData("/worklist?mine=1", "/worklist?mine=1")]
    [InlineData("/", "/")]
    [InlineData("//elsewhere.invalid/", "/")]
    [InlineData("/\\elsewhere.invalid/", "/")]
    [InlineData("https://elsewhere.invalid/", "/")]
    [InlineData("/a\r\nSet-Cookie: x=y", "/")]
    [InlineData("", "/")]
    [InlineData(null, "/")]
    public void A_choice_leads_back_into_this_hub_only(string? back, string expected) => Assert.Equal(expected, PreferenceRoutes.Local(back));
}

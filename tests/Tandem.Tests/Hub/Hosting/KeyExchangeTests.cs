using Tandem.Hub.Hosting;

namespace Tandem.Tests.Hub.Hosting;

/// <summary>Whether the system's library was told which keys TLS exchanges, and that the log says so when it was not.</summary>
public sealed class KeyExchangeTests
{
    [Fact]
    public void A_library_that_could_not_be_told_is_a_weakness_unless_the_site_decides_by_itself()
    {
        var missing = Path.Combine(Path.GetTempPath(), "not-there", "tls.cnf");

        Assert.Contains("less than 128 bits", KeyExchange.Tell(missing, null), StringComparison.Ordinal);
        Assert.Null(KeyExchange.Tell(missing, "/etc/site.cnf"));
    }

    [Fact]
    public void On_Linux_with_OpenSSL_3_it_is_told()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "There is no OpenSSL on this system.");
        Assert.Null(KeyExchange.Strengthen());
    }
}

using Tandem.Kernel.Data.Postgres;

namespace Tandem.Tests.Kernel.Data;

public sealed class PostgresSettingsTests
{
    [Theory]
    [InlineData("Host=one;Database=d", null)]
    [InlineData("Host=one,two;Database=d", "primary")]
    [InlineData("Host=one,two;Database=d;Target Session Attributes=any", "primary")]
    public void Of_several_machines_only_the_one_that_takes_writes_is_asked(string given, string? wanted) =>
        Assert.Equal(wanted, PostgresDatabase.Settings(given).TargetSessionAttributes);
}

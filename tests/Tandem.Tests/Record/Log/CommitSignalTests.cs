using Tandem.Record.Log;

namespace Tandem.Tests.Record.Log;

/// <summary>What this process has committed and waits to be told of is not told as if others had appended it.</summary>
public sealed class CommitSignalTests
{
    private readonly CommitSignal signal = new();

    [Fact]
    public void What_others_append_is_told_up_to_the_first_of_the_groups_that_wait()
    {
        signal.Begin(10);
        signal.Claim(12);
        signal.Claim(15);

        Assert.Equal((10, 12), signal.Gap(20));

        signal.Disclaim(12);

        Assert.Equal((10, 15), signal.Gap(20));

        signal.Disclaim(15);

        Assert.Equal((10, 20), signal.Gap(20));
    }
}

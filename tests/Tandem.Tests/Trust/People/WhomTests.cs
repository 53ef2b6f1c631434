using Tandem.Trust.People;

namespace Tandem.Tests.Trust.People;

public sealed class WhomTests
{
    [Theory]
    [InlineData("obrien", true)]
    [InlineData("O'B", true)]
    [InlineData("zoe", true)]
    [InlineData("anne o", true)]
    [InlineData("brien", false)]
    [InlineData("zo.test", true)]
    public void A_person_is_found_as_patients_are_by_the_beginnings_of_their_names(string typed, bool fits) =>
        Assert.Equal(fits, Whom.Fits(new("1", "Zoë-Anne O'Brien", "zo.test@example.org", null, true, null, null, null, DateTimeOffset.UnixEpoch), typed));
}

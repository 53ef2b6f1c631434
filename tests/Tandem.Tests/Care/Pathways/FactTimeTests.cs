using NodaTime;
using Tandem.Care.Pathways;
using Tandem.Kernel.Calendars;

namespace Tandem.Tests.Care.Pathways;

public sealed class FactTimeTests
{
    [Theory]
    [InlineData("9999-12-31T23:59:59-14:00", 9900)]
    [InlineData("9999-12-31", 9900)]
    [InlineData("0001-01-01T00:00:00+14:00", 100)]
    [InlineData("0001-01-01", 100)]
    public void A_time_at_the_edge_of_the_calendar_can_be_counted_on_from(string text, int year)
    {
        foreach (var name in new[] { "America/Chicago", "Pacific/Kiritimati" })
        {
            var zone = DateTimeZoneProviders.Tzdb[name];
            var at = FactTime.Read(text, zone)!.Value.At;

            foreach (var unit in new[] { PathwayUnit.Hours, PathwayUnit.Days, PathwayUnit.BusinessDays })
                Assert.InRange(new PathwayDuration(7, unit).After(at, BusinessCalendar.UnitedStates(zone), zone).Year, year - 1, year + 1);
        }
    }
}

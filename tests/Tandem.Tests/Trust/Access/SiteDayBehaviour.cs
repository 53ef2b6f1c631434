using System.Globalization;
using NodaTime;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Deidentifying;
using Tandem.Trust.Access;

namespace Tandem.Tests.Trust.Access;

public sealed class SqliteSiteDayTests() : SiteDayBehaviour(Engine.Sqlite);

public sealed class PostgresSiteDayTests() : SiteDayBehaviour(Engine.Postgres);

/// <summary>Days without a time, in consents, relationships and of representatives, begin and end at the midnights of the site, west and east of UTC, and of the zone that it has when it is asked.</summary>
public abstract class SiteDayBehaviour(Engine engine) : IAsyncLifetime
{
    private AccessFixture region = null!;

    private AccessScope Physician => region.As("physician", AccessFixture.NorthClinic);

    private AccessScope Rea => region.As("proxy", null, "RelatedPerson/rea");

    public async ValueTask InitializeAsync()
    {
        region = await new AccessFixture(engine).StartAsync();
        await region.PatientAsync("n", AccessFixture.NorthClinic);
        await region.ConditionAsync("alcohol", "n", "F10.20");
    }

    public ValueTask DisposeAsync()
    {
        region.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("America/Los_Angeles")]
    [InlineData("Pacific/Auckland")]
    public async Task A_period_of_days_begins_and_ends_at_the_sites_midnights(string zone)
    {
        region.Site.TimeZone = zone;
        await region.ConsentAsync("c", "n", """{"type":"permit","securityLabel":[{"code":"ETH"}],"period":{"start":"2026-03-30","end":"2026-03-31"}}""");
        await region.PatientAsync("kid", AccessFixture.South, born: "2018-01-01");
        await region.PutAsync("""{"resourceType":"RelatedPerson","id":"rea","active":true,"patient":{"reference":"Patient/kid"},"period":{"start":"2026-03-30","end":"2026-03-31"}}""");
        await region.PatientAsync("past", AccessFixture.NorthClinic, end: "2025-03-31"); // physicians see whom they treated for a year afterwards

        foreach (var (time, isConsented, isTreated) in new[] { ("2026-03-29T23:30", false, true), ("2026-03-30T00:30", true, true), ("2026-03-31T23:30", true, true), ("2026-04-01T00:30", false, false) })
        {
            Set(zone, time);
            Assert.Equal((time, isConsented), (time, region.Sees(Physician, "Condition/alcohol")));
            Assert.Equal((time, isConsented), (time, region.Sees(Rea, "Patient/kid")));
            Assert.Equal((time, isTreated), (time, region.Sees(Physician, "Patient/past")));
            Assert.Equal((time, isTreated ? "n,past" : "n"), (time, region.Finds(Physician, "Patient")));
        }

        Set(zone, "2026-03-31T23:30");
        var told = new ExplainAccess(region.Store, region.Scopes, region.Site, region.Clock).Handle("n", Physician).Consents;
        Assert.Equal(At(zone, "2026-04-01T00:00"), Assert.Single(told).Until);
    }

    [Fact]
    public async Task Another_zone_of_the_site_holds_with_the_next_request()
    {
        await region.ConsentAsync("c", "n", """{"type":"permit","securityLabel":[{"code":"ETH"}],"period":{"end":"2026-03-31"}}""");
        Set("America/Los_Angeles", "2026-03-31T23:30");
        foreach (var (zone, isSeen) in new[] { ("America/Los_Angeles", true), ("Europe/Berlin", false), ("Pacific/Honolulu", true), ("Etc/UTC", false), ("America/Los_Angeles", true) })
        {
            region.Site.TimeZone = zone;
            Assert.Equal((zone, isSeen), (zone, region.Sees(Physician, "Condition/alcohol")));
        }
    }

    [Theory]
    [InlineData("America/Los_Angeles")]
    [InlineData("Pacific/Auckland")]
    public async Task Days_and_moments_hold_together(string zone)
    {
        region.Site.TimeZone = zone;
        await region.ConsentAsync("c", "n", $$"""{"type":"permit","period":{"end":"2026-03-31"},"provision":[{"type":"permit","securityLabel":[{"code":"ETH"}],"period":{"start":"{{Written(zone, "2026-03-31T23:00")}}"} }]}""");
        foreach (var (time, isSeen) in new[] { ("2026-03-31T22:30", false), ("2026-03-31T23:30", true), ("2026-04-01T00:30", false) })
        {
            Set(zone, time);
            Assert.Equal((time, isSeen), (time, region.Sees(Physician, "Condition/alcohol")));
        }
    }

    [Theory]
    [InlineData("America/Los_Angeles")]
    [InlineData("Pacific/Auckland")]
    public async Task What_happened_is_of_the_sites_day_and_near_midnight_of_either(string zone)
    {
        region.Site.TimeZone = zone;
        await region.PatientAsync("no", AccessFixture.NorthClinic);
        foreach (var (patient, code) in new[] { ("n", "F10.20"), ("no", "I10") })
        {
            foreach (var (id, onset) in new[]
            {
                ("day-in", "2026-03-10"), ("day-out", "2026-03-11"), ("in", Written(zone, "2026-03-10T22:30")), ("near", Written(zone, "2026-03-10T23:30")), ("out", Written(zone, "2026-03-11T01:30")), ("old", "1961-05-01"),
            })
            {
                await region.ConditionAsync($"{patient}-{id}", patient, code, $",\"onsetDateTime\":\"{onset}\"");
            }
        }

        await region.ConsentAsync("yes", "n", """{"type":"permit","securityLabel":[{"code":"ETH"}],"dataPeriod":{"end":"2026-03-10"}}""");
        await region.ConsentAsync("no", "no", """{"type":"deny","dataPeriod":{"start":"2026-03-11"}}""");
        Set(zone, "2026-03-31T12:00");
        Assert.Equal("n-day-in,n-in,n-old", region.Finds(Physician, "Condition", "patient=n&onset-date:missing=false"));
        Assert.Equal("no-day-in,no-in,no-old", region.Finds(Physician, "Condition", "patient=no&onset-date:missing=false"));
    }

    [Fact]
    public async Task Research_asks_for_consents_by_the_sites_day_too()
    {
        region.Site.TimeZone = "America/Los_Angeles";
        await region.ConsentAsync("c", "n", """{"type":"deny","purpose":[{"code":"HRESCH"}],"period":{"start":"2026-04-01"}}""");
        Assert.Equal(0, LeftOut("2026-03-31T23:30"));
        Assert.NotEqual(0, LeftOut("2026-04-01T00:30"));

        long LeftOut(string time)
        {
            Set("America/Los_Angeles", time);
            var folder = Directory.CreateTempSubdirectory("tandem-site-day-");
            var files = new DeidentifiedExport(region.Store, region.Site, region.Clock).Run(folder.FullName, [], TestContext.Current.CancellationToken);
            folder.Delete(recursive: true);
            return files.LeftOut - Labelled;
        }
    }

    /// <summary>The condition that bears a label, which nobody permitted for research.</summary>
    private const long Labelled = 1;

    private void Set(string zone, string time) => region.Clock.Set(At(zone, time));

    private static DateTimeOffset At(string zone, string time) => LocalDateTime.FromDateTime(DateTime.Parse(time, CultureInfo.InvariantCulture)).InZoneStrictly(DateTimeZoneProviders.Tzdb[zone]).ToDateTimeOffset();

    private static string Written(string zone, string time) => At(zone, time).ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);
}

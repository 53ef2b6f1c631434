using System.Security.Cryptography;
using Tandem.Care.Intake.Mapping;
using Tandem.Hl7v2;
using Tandem.Hl7v2.Segments;
using Tandem.Trial.Demo;

namespace Tandem.Tests.Simulation;

public sealed class SyntheticRegionTests(ITestOutputHelper output)
{
    private static readonly DateTimeOffset Start = new(2026, 7, 20, 5, 0, 0, TimeSpan.Zero);
    private static readonly SyntheticRegion Region = new(42, 300, new DateOnly(2026, 11, 22));
    private static readonly IReadOnlyList<RegionMessage> Messages = Region.Messages(Start, Start.AddDays(120));

    [Fact]
    public void The_same_seed_gives_the_same_bytes()
    {
        var again = new SyntheticRegion(42, 300, new DateOnly(2026, 11, 22)).Messages(Start, Start.AddDays(120));

        Assert.Equal(Digest(Messages), Digest(again));
        Assert.NotEqual(Digest(Messages), Digest(new SyntheticRegion(43, 300, new DateOnly(2026, 11, 22)).Messages(Start, Start.AddDays(120))));
    }

    [Fact]
    public void A_longer_time_begins_with_the_same_messages()
    {
        var cut = Start.AddDays(60);

        var shorter = Region.Messages(Start, cut);

        Assert.Equal(Digest(Messages.Where(message => message.At < cut)), Digest(shorter));
    }

    [Fact]
    public void Each_control_id_is_used_once_and_fits_its_field()
    {
        Assert.All(Messages, message => Assert.InRange(message.ControlId.Length, 1, 20));
        Assert.Empty(Messages.GroupBy(message => (message.Feed, message.ControlId)).Where(same => same.Count() > 1).Select(same => same.Key));
    }

    [Fact]
    public void Every_message_but_the_broken_ones_is_mapped_without_a_warning()
    {
        var faults = new List<string>();
        foreach (var message in Messages)
        {
            var problems = Problems(message);
            if (message.What == Happening.Broken)
                Assert.NotEmpty(problems);
            else
                faults.AddRange(problems.Select(problem => $"{message.Feed} {message.What} {message.ControlId} {problem}"));
        }

        Assert.Empty(faults.Take(20));
    }

    [Fact]
    public void Nobody_who_died_lives_on_in_what_follows()
    {
        var ill = new SyntheticRegion(42, 300, new DateOnly(2026, 11, 22), new RegionPace(Illness: 20));
        var end = Start.AddDays(120);
        var died = ill.Messages(Start, end).Where(message => message.What == Happening.Died).Select(message => message.Patient).ToHashSet();

        var (living, inHospital) = ill.At(end, Start);

        Assert.NotEmpty(died);
        Assert.DoesNotContain(living, patient => died.Contains(patient.Number));
        Assert.DoesNotContain(inHospital, stay => died.Contains(stay.Patient.Number));
        Assert.NotEmpty(inHospital);
    }

    [Fact]
    public void A_region_lives_at_a_plausible_pace()
    {
        var counts = Messages.CountBy(message => message.What).ToDictionary();
        output.WriteLine(string.Join(", ", counts.OrderByDescending(pair => pair.Value).Select(pair => $"{pair.Key} {pair.Value}")));

        Assert.All(Enum.GetValues<Happening>(), what => Assert.True(counts.ContainsKey(what), $"{what} never happens."));
        Assert.InRange(counts[Happening.Discharged] / 120.0 / 300, 0.0015, 0.006);
        Assert.InRange((double)counts[Happening.CriticalResult] / (counts[Happening.Result] + counts[Happening.CriticalResult]), 0.01, 0.06);
        Assert.InRange(WeekendShare(Happening.Discharged), 0.05, 0.24);
    }

    [Fact]
    public void Nobody_has_a_name_that_could_be_real()
    {
        Assert.All(Region.Patients, patient => Assert.Contains(SyntheticNames.Marks, mark => patient.Family.Contains(mark, StringComparison.Ordinal)));
        Assert.All(Region.Patients, patient => Assert.Matches(@"^\(\d{3}\)555-01\d\d$", patient.Phone));
        Assert.True(Region.Patients.DistinctBy(patient => (patient.Given, patient.Family)).Count() > 200);
    }

    [Fact]
    public void A_chemistry_report_holds_fourteen_values_and_a_critical_one_lies_far_out()
    {
        var critical = Messages.First(message => message.What == Happening.CriticalResult && Hl7Message.Parse(message.Bytes).Message!.All("OBX").Count == 14);

        var results = new List<Obx>();
        foreach (var segment in Hl7Message.Parse(critical.Bytes).Message!.All("OBX"))
            results.Add(new Obx(segment));

        Assert.Single(results, result => result.AbnormalFlags.Any(flag => flag.Code is "LL" or "HH"));
    }

    private static List<string> Problems(RegionMessage message)
    {
        if (Hl7Message.Parse(message.Bytes).Message is not { } read)
            return ["It cannot be read."];
        if (!MessageMapping.Map(read, SettingsOf(message.Feed)).Succeeded(out var mapped, out var refusal))
            return [refusal.Text + string.Join(' ', refusal.Details.Select(detail => detail.Expression))];
        return [.. mapped.Warnings.Where(warning => !warning.Text.Contains("clocks changed", StringComparison.Ordinal))
            .Select(warning => $"{warning.Expression}: {warning.Text}")];
    }

    private static double WeekendShare(Happening what)
    {
        var days = Messages.Where(message => message.What == what).Select(message => SyntheticPlaces.Feed(message.Feed).Local(message.At).DayOfWeek).ToList();
        return (double)days.Count(day => day is DayOfWeek.Saturday or DayOfWeek.Sunday) / days.Count;
    }

    private static SourceSettings SettingsOf(string feed)
    {
        var known = SyntheticPlaces.Feed(feed);
        return new SourceSettings(known.Id, known.Display, known.Zone, Authorities: DemoSources.Systems);
    }

    private static string Digest(IEnumerable<RegionMessage> messages)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var message in messages)
        {
            hash.AppendData(BitConverter.GetBytes(message.At.UtcTicks));
            hash.AppendData(message.Bytes);
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }
}

using Tandem.Care.Loops;
using Tandem.EndToEnd.Support;

namespace Tandem.EndToEnd.Worklist;

/// <summary>The list and the page of a loop as every reader may see them.</summary>
[Collection<HubOfWorklists>]
public sealed class WorklistLookTests(HubInBrowser hub)
{
    [Fact]
    public async Task Axe_finds_nothing_and_nothing_sticks_out_in_any_theme_language_and_width()
    {
        using var seed = new LoopSeed(hub.Address);
        var critical = await AWardAsync(seed);
        await using var visit = await hub.VisitAsync(Look.Desk);
        foreach (var (path, name) in new[] { ("/worklist?q=lookward", "worklist"), ("/worklist?q=nobodyofthisname&state=claimed", "worklist-empty"), ($"/loops/{critical}", "loop") })
        {
            await visit.OpenAsync(path);
            await visit.ReadsWellInEveryLookAsync(name);
        }

        foreach (var act in (string[])["close", "attempt", "hand-over", "snooze", "withdraw"])
        {
            await visit.OpenAsync($"/loops/{critical}?act={act}");
            await visit.ReadsWellInEveryLookAsync("loop-" + act);
        }

        Assert.Empty(visit.Complaints);
    }

    /// <summary>Six open loops of every kind and state, all of people called Lookward; gives the critical one.</summary>
    private static async Task<string> AWardAsync(LoopSeed seed)
    {
        await seed.PeopleAsync();
        await seed.PatientAsync("look-a", "Ana", "Lookward", "1961-03-04");
        await seed.PatientAsync("look-b", "Bruno", "Lookward", "1948-11-30", "he/him");
        await seed.PatientAsync("look-c", "Carla Maria", "Lookward", "2025-09-01", "they/them");
        var critical = await seed.OpenAsync(LoopSeed.ACriticalResult("look-a", TimeSpan.FromMinutes(-38)), loop => loop with { Step = 1, EscalatedTo = "Practitioner/seed-lead", ClimbedAt = LoopSeed.Now });
        await seed.OpenAsync(LoopSeed.ACriticalResult("look-b", TimeSpan.FromMinutes(22)), loop => loop with { State = LoopState.Claimed, Owner = LoopSeed.Cora, OwnerName = "Cora Testperson" });
        await seed.OpenAsync(LoopSeed.ACall("look-c", TimeSpan.FromHours(2.2)) with { Tier = LoopTier.Orange });
        await seed.OpenAsync(LoopSeed.ACall("look-a", TimeSpan.FromDays(1.2)), loop => loop with { State = LoopState.Claimed, Owner = "Device/hub", OwnerName = "Tandem" });
        await seed.OpenAsync(LoopSeed.ACall("look-b", TimeSpan.FromDays(6)) with { Evidence = new EvidenceRule(EvidenceKind.Visit), Title = new("Visit within 7 days", "Consulta en 7 días") });
        return critical;
    }
}

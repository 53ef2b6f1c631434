using Tandem.Kernel.Data;
using Tandem.Trust.Audit;

namespace Tandem.Tests.Trust.Audit;

/// <summary>How the access log names who did something: patients read it, and a reference says nothing to them.</summary>
public sealed class ActorNameTests
{
    [Fact]
    public async Task An_act_that_was_kept_without_a_name_is_of_somebody_who_works_here_by_name()
    {
        using var trust = new TrustFixture(Engine.Sqlite);
        var (_, north, _, _) = await trust.RegionAsync();
        var nora = await trust.PersonAsync("Nora Testperson", "nurse", north);

        Assert.Equal("Nora Testperson, Nurse", AuditWords.By("Practitioner/" + nora, new AuditDetail { Role = "nurse" }, trust.Record));
        Assert.Equal("Nora as kept, Nurse", AuditWords.By("Practitioner/" + nora, new AuditDetail { Name = "Nora as kept", Role = "nurse" }, trust.Record));
        Assert.Equal("Device/app", AuditWords.By("Device/app", new AuditDetail(), trust.Record));
    }
}

using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Tandem.Hub.Commands;
using Tandem.Hub.Hosting;
using Tandem.Kernel.Actors;
using Tandem.Record.Log;
using Tandem.Record.Reactions;
using Tandem.Tests.Support;
using Tandem.Trial.Open;

namespace Tandem.Tests.Hub.Commands;

public sealed class VerifyPromiseTests
{
    private const int Kept = 0;
    private const int Broken = 1;
    private const int CannotLook = 2;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_promise_is_verified_while_a_hub_serves_the_folder_and_repaired_only_when_none_does()
    {
        var folder = Directory.CreateTempSubdirectory("tandem-verify-test-").FullName;
        var settings = new Dictionary<string, string?>
        {
            ["Hub:Data"] = folder, ["Hub:Content"] = Path.Combine(Repository.Root, "content"), ["Hub:Urls"] = "http://127.0.0.1:0", ["Hub:Mllp"] = "",
        };
        Assert.True(OpenHub.TryBuild(settings, out var hub));
        await using (hub)
        {
            await HubHost.PrepareAsync(hub, Cancel);

            Assert.Equal(Kept, await CommandLine.RunAsync(["verify", "--data", folder]));
            await WriteAsync(hub, session => session.Write(ReactionTables.Parked, "pathways", 1, "TimeoutException", session.Now));
            Assert.Equal(Broken, await CommandLine.RunAsync(["verify", "--data", folder]));
            await WriteAsync(hub, session => session.Remove(ReactionTables.Parked, "pathways", 1));
            Assert.Equal(CannotLook, await CommandLine.RunAsync(["verify", "--repair", "--data", folder]));
        }

        Assert.Equal(Kept, await CommandLine.RunAsync(["verify", "--repair", "--data", folder]));
        Directory.Delete(folder, recursive: true);
    }

    private static Task WriteAsync(WebApplication hub, Action<WriteSession> write) => hub.Services.GetRequiredService<RecordStore>().WriteAsync<bool>(
        AccessScope.System,
        session =>
        {
            write(session);
            return true;
        },
        Cancel);
}

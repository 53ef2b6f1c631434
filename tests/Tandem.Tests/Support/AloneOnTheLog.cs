using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Record.Log;

namespace Tandem.Tests.Support;

/// <summary>A record that has the log for itself.</summary>
internal static class AloneOnTheLog
{
    /// <summary>Takes the log as a node does that is alone, and trusts in that for an hour: what follows may take as long as it takes.</summary>
    internal static async Task TakeLogAsync(this RecordStore record)
    {
        using var node = new LoneNode(record, TimeProvider.System, NullLogger<LoneNode>.Instance);
        await node.LookAsync();
        record.Places.Confirm(CurrentPlaces.Moment + (long)TimeSpan.FromHours(1).TotalMilliseconds);
    }
}

using Tandem.Kernel.Outcomes;

namespace Tandem.Record.Log;

/// <summary>
/// A rule that every write keeps, whichever way it comes (REST, bundles, intake, content): it looks at what a write staged, on the writer's
/// thread, before any of it is kept.
/// </summary>
public interface IWriteRule
{
    /// <summary>True for the resource types it looks at.</summary>
    bool Wants(string type);

    /// <summary>Refuses the whole write, or lets it pass (null) and may stage rows of its own module's tables beside it.</summary>
    Refusal? Refuse(WriteSession session, Change change);
}

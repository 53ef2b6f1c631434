using Tandem.Kernel.Data;
using Tandem.Record.Log;
using Tandem.Record.Projections;

namespace Tandem.Care.Loops;

/// <summary>The steps of each loop, found by the loop.</summary>
internal sealed class StepProjection : IProjection
{
    internal static readonly Table Steps = new(
        "loops_steps", TableKind.Rows, [new("loop", DbKind.Text), new("version", DbKind.Integer), new("id", DbKind.Text)], [new("seq", DbKind.Integer)], []);

    public string Name => "loop-steps";

    public int Version => 1;

    public IReadOnlyList<Table> Tables => [Steps];

    public bool Wants(string type) => type == "Provenance";

    public void Project(ResourceVersion version, RowSink rows)
    {
        if (StepReading.LoopOf(version.Root) is { } loop)
            rows.Add(Steps, loop, StepReading.VersionOf(version.Root), version.Id, version.Seq);
    }
}

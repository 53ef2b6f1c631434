using Tandem.Kernel.Data;
using Tandem.Record.Log;

namespace Tandem.Care.Intake;

/// <summary>What the sources said of a message's resources before it; asked together where the database is far away. Of what is new nobody said anything.</summary>
internal sealed class EarlierStatements
{
    internal const string Read = "SELECT source, said FROM intake_statements WHERE type = $1 AND id = $2 ORDER BY source";

    /// <summary>How many resources <see cref="ReadMany"/> asks for: type and id of each.</summary>
    private const int ManyAtOnce = 32;

    internal const string ReadMany =
        """
        SELECT s.source, s.said, s.type, s.id FROM (VALUES ($1, $2), ($3, $4), ($5, $6), ($7, $8), ($9, $10), ($11, $12), ($13, $14), ($15, $16),
          ($17, $18), ($19, $20), ($21, $22), ($23, $24), ($25, $26), ($27, $28), ($29, $30), ($31, $32),
          ($33, $34), ($35, $36), ($37, $38), ($39, $40), ($41, $42), ($43, $44), ($45, $46), ($47, $48),
          ($49, $50), ($51, $52), ($53, $54), ($55, $56), ($57, $58), ($59, $60), ($61, $62), ($63, $64)) w
        JOIN intake_statements s ON s.type = w.column1 AND s.id = w.column2 ORDER BY s.source
        """;

    private readonly Dictionary<(string Type, string Id), List<(string Source, byte[] Said)>> known = [];
    private readonly WriteSession session;

    internal EarlierStatements(WriteSession session, IReadOnlyList<MatchedResource> resources, MessageAhead? ahead)
    {
        this.session = session;
        if (!session.Reading.IsFarAway)
            return;
        var unknown = new List<(string Type, string Id)>();
        foreach (var one in resources.Select(resource => (resource.Type, resource.Id)).Distinct().Where(one => session.Find(one.Type, one.Id) is not null))
        {
            if (ahead?.Said(session, one.Type, one.Id) is { } said)
                known[one] = said;
            else
                unknown.Add(one);
        }

        foreach (var (place, said) in Ask(session.Reading, unknown))
            known[place] = said;
    }

    /// <summary>What was said of each of these, nothing included, many in one exchange.</summary>
    internal static Dictionary<(string Type, string Id), List<(string Source, byte[] Said)>> Ask(DbSession reading, IEnumerable<(string Type, string Id)> resources)
    {
        var answers = new Dictionary<(string Type, string Id), List<(string Source, byte[] Said)>>();
        foreach (var some in resources.Distinct().Chunk(ManyAtOnce))
        {
            var arguments = new DbValue[ManyAtOnce * 2];
            for (var i = 0; i < ManyAtOnce; i++)
                (arguments[i * 2], arguments[(i * 2) + 1]) = i < some.Length ? some[i] : ("", "");
            foreach (var one in some)
                answers[one] = [];
            reading.ForEach(ReadMany, row => answers[(row.Text(2), row.Text(3))].Add((row.Text(0), row.Bytes(1))), arguments);
        }

        return answers;
    }

    /// <summary>Source and words, by source.</summary>
    internal IReadOnlyList<(string Source, byte[] Said)> Of(MatchedResource resource)
    {
        if (known.TryGetValue((resource.Type, resource.Id), out var said))
            return said;
        return session.Find(resource.Type, resource.Id) is null
            ? [] : session.Query(Read, row => (row.Text(0), row.Bytes(1)), resource.Type, resource.Id);
    }
}

using Tandem.Kernel.Actors;
using Tandem.Record.Access;
using Tandem.Record.Log;

namespace Tandem.Care.Loops.Pages;

/// <summary>The kinds of loops that have been open here, for the choice of a filter.</summary>
internal static class ListKinds
{
    internal const string ReadKinds = "SELECT DISTINCT list FROM loops_counts WHERE list >= 'kind ' AND list < 'kind!' AND loops > 0 ORDER BY list";

    internal const string ReadReached =
        "SELECT DISTINCT w.list FROM loops_worklist w WHERE w.list >= 'kind ' AND w.list < 'kind!' /*reach Task:w.id*/ ORDER BY w.list";

    internal static IReadOnlyList<string> Find(RecordStore record, AccessScope scope) => record.Database.Read(session =>
        session.QueryWithin(scope, scope.Reach.IsLimited ? ReadReached : ReadKinds, row => row.Text(0)["kind ".Length..]));
}

using System.Globalization;

namespace Tandem.SecondOpinion;

/// <summary>Counts what both validators say of a resource, and what only one does.</summary>
internal sealed class Agreement
{
    private readonly Dictionary<(string Profile, string Severity, string What), Count> rows = [];
    private int resources;

    /// <summary>Takes in what was said of one resource.</summary>
    internal void Add(string profile, IReadOnlyList<Finding> ours, IReadOnlyList<Finding> theirs)
    {
        resources++;
        var name = profile[(profile.LastIndexOf('/') + 1)..];
        foreach (var finding in ours)
        {
            var isShared = theirs.Any(other => Same(finding, other));
            Row(name, finding).Add(both: isShared ? 1 : 0, we: isShared ? 0 : 1, they: 0);
        }

        foreach (var finding in theirs.Where(finding => !ours.Any(other => Same(other, finding))))
            Row(name, finding).Add(both: 0, we: 0, they: 1);
    }

    /// <summary>A table in Markdown, what only one says first.</summary>
    internal void Write(TextWriter to)
    {
        to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{resources:N0} resources"));
        to.WriteLine();
        to.WriteLine("| profile | severity | what | both | only Tandem | only Firely |");
        to.WriteLine("|---|---|---|--:|--:|--:|");
        foreach (var ((profile, severity, what), count) in rows.OrderBy(row => row.Value.Both > 0).ThenBy(row => row.Key.Severity).ThenByDescending(row => row.Value.We + row.Value.They).ThenBy(row => row.Key))
            to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {profile} | {severity} | {what.Replace('|', '/')} | {count.Both:N0} | {count.We:N0} | {count.They:N0} |"));
    }

    /// <summary>The other names the same rule, or one at the same element or the one around it: validators differ in whose cardinality is broken.</summary>
    private static bool Same(Finding ours, Finding theirs) => ours.Severity == theirs.Severity && (ours.Rule == theirs.Rule || (!ours.IsInvariant && !theirs.IsInvariant))
        && (ours.Path == theirs.Path || ours.Path.StartsWith(theirs.Path + ".", StringComparison.Ordinal) || theirs.Path.StartsWith(ours.Path + ".", StringComparison.Ordinal));

    private Count Row(string profile, Finding finding)
    {
        var key = (profile, finding.Severity, finding.What);
        if (!rows.TryGetValue(key, out var count))
            rows[key] = count = new();
        return count;
    }

    private sealed class Count
    {
        internal int Both { get; private set; }

        internal int We { get; private set; }

        internal int They { get; private set; }

        internal void Add(int both, int we, int they) => (Both, We, They) = (Both + both, We + we, They + they);
    }
}

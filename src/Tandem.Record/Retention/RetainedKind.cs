using Tandem.Kernel.Data;

namespace Tandem.Record.Retention;

/// <summary>Who removes what was kept for its time.</summary>
public enum RemovedBy
{
    /// <summary>The removal of the night.</summary>
    Night,

    /// <summary>Its own module, every hour.</summary>
    Hour,

    /// <summary>Somebody, by a command of the hub.</summary>
    Command,
}

/// <summary>
/// Something that is kept for a time beside the record and then removed. A module declares it beside its table; nothing of the log of resources is ever one.
/// </summary>
/// <param name="Code">Its name in settings and on the access log: lower case with hyphens.</param>
/// <param name="Table">Its rows.</param>
/// <param name="Find">Finds the keys of rows that are due, empty where a command does: <c>$1</c> is the instant before which they are, <c>$2</c> how many at most, <c>$3</c> (of patients only) see <see cref="HeldPatients.Text"/>.</param>
/// <param name="Days">How long it is kept unless the site says otherwise.</param>
/// <param name="LeastDays">How long it is kept at least, whatever the site says.</param>
/// <param name="Source">The rule that this follows, such as a section of a law; empty where it is the product's own.</param>
public sealed record RetainedKind(string Code, Table Table, string Find, int Days, int LeastDays, string Source = "")
{
    /// <summary>Six years with their leap days (45 CFR 164.316(b)(2), 164.530(j)).</summary>
    public const int SixYears = 2192;

    /// <summary>True when a row belongs to a patient: a hold of that patient keeps it. Without, only a hold of the whole hub does.</summary>
    public bool IsOfPatients { get; init; }

    /// <summary>Who removes it; what it is kept by is a rule in any case.</summary>
    public RemovedBy RemovedBy { get; init; }

    internal DbValue[] KeyOf(DbRow row) =>
        [.. Table.Key.Select((column, at) => column.Kind == DbKind.Integer ? (DbValue)row.Integer(at) : row.Text(at))];
}

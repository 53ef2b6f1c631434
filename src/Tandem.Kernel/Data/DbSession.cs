namespace Tandem.Kernel.Data;

/// <summary>
/// One connection in the hands of one thread. SQL is written once for both engines: parameters are <c>$1</c>, <c>$2</c> …, texts are
/// constants (they are prepared once and kept). Calls block; they are meant for a dedicated thread or for <see cref="Database.Read"/>.
/// </summary>
public abstract class DbSession : IDisposable
{
    /// <summary>Runs a statement.</summary>
    /// <returns>How many rows it changed.</returns>
    public abstract int Execute(string sql, params ReadOnlySpan<DbValue> arguments);

    /// <summary>Runs a query and reads each row with <paramref name="read"/>; the row is valid only during the call.</summary>
    public abstract void ForEach(string sql, Action<DbRow> read, params ReadOnlySpan<DbValue> arguments);

    /// <summary>Writes many rows of one table, each key at most once, sorted by key. See <see cref="TableKind"/> for what happens to rows that exist.</summary>
    public abstract void Write(Table table, IReadOnlyList<DbValue[]> rows);

    /// <summary>Deletes rows by their keys (see <see cref="Table.Key"/>).</summary>
    public abstract void Delete(Table table, IReadOnlyList<DbValue[]> keys);

    /// <summary>Deletes from and writes to several tables, in their order; where the engine is far away, in one exchange.</summary>
    public virtual void Apply(IReadOnlyList<TableChange> changes)
    {
        foreach (var change in changes)
        {
            if (change.Gone.Count > 0)
                Delete(change.Table, change.Gone);
            if (change.New.Count > 0)
                Write(change.Table, change.New);
            if (change.Put.Count > 0)
                Write(change.Table, change.Put);
        }
    }

    /// <summary>As <see cref="Apply"/>, but where the engine is far away only together with the next statement.</summary>
    public virtual void ApplyBeforeNext(IReadOnlyList<TableChange> changes) => Apply(changes);

    /// <summary>As <see cref="ForEach"/>, but where the engine is far away only together with the next query, before whose rows its own are read.</summary>
    public virtual void AskBeforeNext(string sql, Action<DbRow> read) => ForEach(sql, read);

    /// <summary>Says that the next query is the last of its transaction; where the engine is far away, the end goes out with it.</summary>
    public virtual void EndWithNext()
    {
    }

    /// <summary>True when each question takes a way, so that several are better asked together.</summary>
    public virtual bool IsFarAway => false;

    /// <summary>Grows whenever the connection was lost and is open again.</summary>
    public virtual long Openings => 0;

    /// <summary>As <see cref="Apply"/>, then <see cref="Commit()"/>; where the engine is far away, in one exchange.</summary>
    public virtual void Commit(IReadOnlyList<TableChange> changes)
    {
        Apply(changes);
        Commit();
    }

    /// <summary>Prepares a statement without running it; throws what the engine says of a wrong one.</summary>
    public abstract void Prepare(string sql);

    /// <summary>Begins a transaction that will write.</summary>
    public abstract void Begin();

    /// <summary>Makes what was written since <see cref="Begin"/> durable; with a writer of the log (<see cref="Database.OpenLogWriter"/>) use <see cref="CommitAhead"/>.</summary>
    public abstract void Commit();

    /// <summary>
    /// As <see cref="Commit(IReadOnlyList{TableChange})"/>, and all processes hear of it where there can be others; where the engine can do so, without a wait for the disk. What was committed so is
    /// durable in the order of commits: none without those before it.
    /// </summary>
    /// <param name="changes">Written before.</param>
    /// <param name="seq">The newest place in the log with it; null when the log did not grow, or nobody else has it open.</param>
    /// <param name="isLast">True when nothing waits to be written after it, and nothing before it to be durable: then the disk is waited for where that is a way less.</param>
    /// <returns>What makes it durable, valid until <see cref="Rollback"/> or the end of the session; null when it is.</returns>
    /// <exception cref="CommitUnknownException">It may be kept or not.</exception>
    public virtual LogFlush? CommitAhead(IReadOnlyList<TableChange> changes, long? seq, bool isLast)
    {
        Commit(changes);
        return null;
    }

    /// <summary>Undoes what was written since <see cref="Begin"/>; harmless without a transaction.</summary>
    public abstract void Rollback();

    /// <summary>Reads, and ends what runs for it when the limit is over; of sessions that <see cref="Database"/> lends.</summary>
    internal virtual T Within<TSession, T>(ReadLimit limit, Func<TSession, T> read)
        where TSession : DbSession => read((TSession)this);

    /// <summary>Runs several statements given as one text (definitions of tables).</summary>
    public abstract void ExecuteScript(string sql);

    /// <summary>Runs a query and gives all its rows.</summary>
    public List<T> Query<T>(string sql, Func<DbRow, T> read, params ReadOnlySpan<DbValue> arguments)
    {
        var rows = new List<T>();
        ForEach(sql, row => rows.Add(read(row)), arguments);
        return rows;
    }

    /// <summary>The first row, or <c>default</c> when there is none.</summary>
    public T? First<T>(string sql, Func<DbRow, T> read, params ReadOnlySpan<DbValue> arguments)
    {
        T? first = default;
        var found = false;
        ForEach(
            sql,
            row =>
            {
                if (!found)
                    first = read(row);
                found = true;
            },
            arguments);
        return first;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Close();
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives the connection back or ends it.</summary>
    protected abstract void Close();
}

/// <summary>What happens to the rows of one table, each sorted by key, each key at most once over all.</summary>
/// <param name="Table">Which table.</param>
/// <param name="Gone">Keys that go.</param>
/// <param name="Put">Rows that are written, whether or not their keys are there.</param>
/// <param name="New">Rows whose keys are not there: where that saves the looking, the engine does not look, and refuses them all when one is there.</param>
public sealed record TableChange(Table Table, IReadOnlyList<DbValue[]> Gone, IReadOnlyList<DbValue[]> Put, IReadOnlyList<DbValue[]> New);

/// <summary>The row that a query stands on.</summary>
public abstract class DbRow
{
    /// <summary>True when the column is NULL.</summary>
    public abstract bool IsNull(int column);

    /// <summary>An integer column.</summary>
    public abstract long Integer(int column);

    /// <summary>A floating point column.</summary>
    public abstract double Real(int column);

    /// <summary>A text column.</summary>
    public abstract string Text(int column);

    /// <summary>A bytes column, copied.</summary>
    public abstract byte[] Bytes(int column);

    /// <summary>An integer column, or null.</summary>
    public long? IntegerOrNull(int column) => IsNull(column) ? null : Integer(column);

    /// <summary>A text column, or null.</summary>
    public string? TextOrNull(int column) => IsNull(column) ? null : Text(column);

    /// <summary>An instant column.</summary>
    public DateTimeOffset Instant(int column) => DateTimeOffset.FromUnixTimeMilliseconds(Integer(column));

    /// <summary>An instant column, or null.</summary>
    public DateTimeOffset? InstantOrNull(int column) => IsNull(column) ? null : Instant(column);
}

namespace Tandem.Kernel.Data;

/// <summary>A query that can be asked together with others'.</summary>
public abstract class DbQuestion
{
    /// <summary>The query, as of <see cref="DbSession.ForEach"/>.</summary>
    public abstract string Sql { get; }

    /// <summary>The values of its parameters.</summary>
    public abstract DbValue[] Values { get; }

    /// <summary>Before the first row; also when it is asked once more, after an exchange that failed in the midst of the rows.</summary>
    public abstract void Begin();

    /// <summary>Takes a row; the row is valid only during the call.</summary>
    public abstract void Read(DbRow row);
}

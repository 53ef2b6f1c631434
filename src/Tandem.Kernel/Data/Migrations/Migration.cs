using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace Tandem.Kernel.Data.Migrations;

/// <summary>
/// One dated change of the shape of a table that is no projection's: a file <c>Migrations/2026-12-02_01_what.sql</c> of the module that owns the table, or two,
/// <c>….sqlite.sql</c> and <c>….postgres.sql</c>. It begins with <c>-- table: NAME</c>, and may go on with <c>-- unless: COLUMN</c>.
/// </summary>
/// <param name="Name">Date, number within the day, what: migrations are applied in the order of their names.</param>
/// <param name="Table">The table that it changes. A database without it gets it in today's shape, without this.</param>
/// <param name="Unless">A column of the table that says that it has the new shape already, for databases from before migrations were recorded; or null.</param>
/// <param name="Sql">Its statements, applied in one transaction with all others that are due.</param>
public sealed record Migration(string Name, string Table, string? Unless, string Sql)
{
    private const string Folder = ".Migrations.";

    /// <summary>SHA-256 of the statements, in hex: what was applied must not change afterwards.</summary>
    public string Checksum { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql)));

    /// <summary>Those of an engine that assemblies carry, in order.</summary>
    /// <exception cref="InvalidDataException">A file does not say which table it changes, or two have one name.</exception>
    public static IReadOnlyList<Migration> Of(Engine engine, params IEnumerable<Assembly> assemblies)
    {
        var migrations = new SortedDictionary<string, Migration>(StringComparer.Ordinal);
        foreach (var assembly in assemblies)
        {
            foreach (var resource in assembly.GetManifestResourceNames())
            {
                if (NameOf(resource, engine) is { } name && !migrations.TryAdd(name, Read(name, assembly, resource)))
                    throw new InvalidDataException($"There are two migrations {name}.");
            }
        }

        return [.. migrations.Values];
    }

    /// <summary>Reads one from its text.</summary>
    /// <exception cref="InvalidDataException">It does not say which table it changes.</exception>
    public static Migration Read(string name, string text)
    {
        var sql = text.ReplaceLineEndings("\n");
        return new(name, Head(sql, "-- table: ") ?? throw new InvalidDataException($"The migration {name} does not say which table it changes."), Head(sql, "-- unless: "), sql);
    }

    private static Migration Read(string name, Assembly assembly, string resource)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!, Encoding.UTF8);
        return Read(name, reader.ReadToEnd());
    }

    private static string? NameOf(string resource, Engine engine)
    {
        if (resource.IndexOf(Folder, StringComparison.Ordinal) is var at && (at < 0 || !resource.EndsWith(".sql", StringComparison.Ordinal)))
            return null;
        var parts = resource[(at + Folder.Length)..^".sql".Length].Split('.');
        return parts.Length == 1 || parts[1] == (engine == Engine.Sqlite ? "sqlite" : "postgres") ? parts[0] : null;
    }

    private static string? Head(string sql, string begin) => sql.Split('\n').TakeWhile(line => line.StartsWith("--", StringComparison.Ordinal))
        .FirstOrDefault(line => line.StartsWith(begin, StringComparison.Ordinal))?[begin.Length..].Trim();
}

using Tandem.Kernel.Data;
using Tandem.Record.Sealing;

namespace Tandem.Hub.Hosting;

/// <summary>The file of field keys does not belong to the database.</summary>
/// <param name="message">A sentence for whoever runs the hub.</param>
internal sealed class FieldKeyException(string message) : Exception(message);

/// <summary>Opens the file of field keys. It is made for a new database only: keys of another hub's own would close notes that nobody else opens.</summary>
internal static class FieldKeyFile
{
    /// <exception cref="FieldKeyException">The file is missing, or its keys are not those of the database.</exception>
    internal static FieldKeys Open(string path, Database database)
    {
        if (!File.Exists(path) && SealingMarks.NeedsKeys(database))
            throw new FieldKeyException($"The field keys of this database are missing: {path}. Bring the file back, or copy it from another hub of this database (Hub:FieldKeys), and start again.");
        var keys = new FieldKeys(SecretFile.Lines(path));
        return SealingMarks.Fits(database, keys)
            ? keys
            : throw new FieldKeyException($"The field keys in {path} are not those of this database. Bring the file back, or copy it from another hub of this database; put an old line back if ./tandem reseal was not run after a rotation.");
    }
}

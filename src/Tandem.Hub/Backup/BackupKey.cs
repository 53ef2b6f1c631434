using Tandem.Hub.Hosting;
using Tandem.Kernel.Sealing;

namespace Tandem.Hub.Backup;

/// <summary>The secret that backups are sealed with, in a file of its own (<see cref="SealingKey.Parse"/>), to be kept apart from hub and backups.</summary>
internal static class BackupKey
{
    /// <summary>Makes the file when there is none.</summary>
    /// <returns>The secret, and whether it is new.</returns>
    internal static (SealingKey Secret, bool IsNew) OpenOrMake(string path)
    {
        if (File.Exists(path))
            return (Open(path), false);
        SecretFile.Make(path, SealingKey.NewLine() + "\n");
        return (Open(path), true);
    }

    /// <exception cref="BackupException">There is none.</exception>
    internal static SealingKey Open(string path)
    {
        if (!File.Exists(path))
            throw new BackupException($"The key is not at {path}. Without it the backup cannot be opened.");
        try
        {
            return SealingKey.Parse(File.ReadAllText(path));
        }
        catch (FormatException e)
        {
            throw new BackupException($"{path} holds no key: 32 bytes in base64 are expected, with the name of the algorithm before them unless that is aes-256-gcm.", e);
        }
    }
}

using System.Security.Cryptography;
using Tandem.Hub.Hosting;

namespace Tandem.Hub.Backup;

/// <summary>The secret that backups are sealed with: 32 bytes in base64 in a file of its own, to be kept apart from hub and backups.</summary>
internal static class BackupKey
{
    /// <summary>Makes the file when there is none.</summary>
    /// <returns>The secret, and whether it is new.</returns>
    internal static (byte[] Secret, bool IsNew) OpenOrMake(string path)
    {
        if (File.Exists(path))
            return (Open(path), false);
        SecretFile.Make(path, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)) + "\n");
        return (Open(path), true);
    }

    /// <exception cref="BackupException">There is none.</exception>
    internal static byte[] Open(string path)
    {
        if (!File.Exists(path))
            throw new BackupException($"The key is not at {path}. Without it the backup cannot be opened.");
        var secret = new byte[32];
        return Convert.TryFromBase64String(File.ReadAllText(path).Trim(), secret, out var count) && count == 32
            ? secret
            : throw new BackupException($"{path} holds no key: 32 bytes in base64 are expected.");
    }
}

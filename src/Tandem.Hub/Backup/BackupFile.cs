using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using Tandem.Kernel.Sealing;

namespace Tandem.Hub.Backup;

/// <summary>One part of a backup.</summary>
/// <param name="Name">Its file's name, below the data folder.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">Its hash in hex.</param>
internal sealed record BackupPart(string Name, long Bytes, string Sha256);

/// <summary>What a backup holds.</summary>
/// <param name="Format">1.</param>
/// <param name="Engine"><c>sqlite</c> or <c>postgres</c>.</param>
/// <param name="MadeAt">When.</param>
/// <param name="Parts">Its files.</param>
internal sealed record BackupManifest(int Format, string Engine, DateTimeOffset MadeAt, IReadOnlyList<BackupPart> Parts);

/// <summary>A backup as one file: a tar of all parts with a manifest at its end, compressed and sealed.</summary>
internal static class BackupFile
{
    private const string ManifestName = "manifest.json";

    /// <summary>Writes the files of a folder, and only then gives the file its name.</summary>
    internal static BackupManifest Write(string path, string folder, string engine, DateTimeOffset now, SealingKey secret)
    {
        var parts = new List<BackupPart>();
        var unfinished = path + ".part";
        using (var file = new FileStream(unfinished, FileMode.Create, FileAccess.Write))
        {
            using (var sealing = new SealingStream(file, secret))
            using (var packed = new BrotliStream(sealing, CompressionLevel.Fastest))
            using (var tar = new TarWriter(packed, TarEntryFormat.Pax))
            {
                foreach (var part in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
                {
                    var name = Path.GetRelativePath(folder, part).Replace('\\', '/');
                    parts.Add(PartOf(part, name));
                    tar.WriteEntry(part, name);
                }

                var manifest = new BackupManifest(1, engine, now, parts);
                tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, ManifestName) { DataStream = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(manifest)) });
            }

            file.Flush(flushToDisk: true);
        }

        File.Move(unfinished, path, overwrite: false);
        return new BackupManifest(1, engine, now, parts);
    }

    /// <summary>Unpacks a backup into an empty folder and holds every part against the manifest.</summary>
    /// <exception cref="BackupException">It is not whole, was changed, or the key is another one.</exception>
    internal static BackupManifest Read(string path, string folder, SealingKey secret)
    {
        using var file = File.OpenRead(path);
        using var opening = new OpeningStream(file, secret);
        using var packed = new BrotliStream(opening, CompressionMode.Decompress);
        using var tar = new TarReader(packed);
        BackupManifest? manifest = null;
        while (tar.GetNextEntry() is { } entry)
        {
            if (entry.Name == ManifestName)
            {
                manifest = JsonSerializer.Deserialize<BackupManifest>(entry.DataStream!);
                continue;
            }

            var target = Path.GetFullPath(Path.Combine(folder, entry.Name));
            if (!target.StartsWith(Path.GetFullPath(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal) || entry.EntryType != TarEntryType.RegularFile)
                throw new BackupException("The backup names a file outside of its folder.");
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            entry.ExtractToFile(target, overwrite: false);
        }

        if (manifest is null)
            throw new BackupException("The backup is not whole: its manifest is missing.");
        foreach (var part in manifest.Parts)
        {
            if (!File.Exists(Path.Combine(folder, part.Name)) || PartOf(Path.Combine(folder, part.Name), part.Name) != part)
                throw new BackupException($"The part {part.Name} of the backup is not as it was written.");
        }

        return manifest;
    }

    private static BackupPart PartOf(string path, string name)
    {
        using var file = File.OpenRead(path);
        return new BackupPart(name, file.Length, Convert.ToHexStringLower(SHA256.HashData(file)));
    }
}

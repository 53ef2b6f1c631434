using System.IO.Compression;
using System.Text;
using Tandem.Hl7v2;
using Xunit;

namespace Tandem.Tests.Hl7v2;

/// <summary>Messages that nobody of the team wrote, beside the checkout; tests that need them are skipped where they are absent.</summary>
internal static class SharedHl7Data
{
    internal static string Folder
    {
        get
        {
            var root = new DirectoryInfo(AppContext.BaseDirectory);
            while (root is not null && !File.Exists(Path.Combine(root.FullName, "Tandem.slnx")))
                root = root.Parent;
            var folder = Path.Combine(root?.Parent?.FullName ?? "", "shared", "data", "hl7v2");
            Assert.SkipUnless(Directory.Exists(folder), "The third-party messages (../shared/data/hl7v2) are not here.");
            return folder;
        }
    }

    /// <summary>Every message of the three archives with a name to find it by.</summary>
    internal static IEnumerable<(string Name, byte[] Bytes)> All() =>
        Zip("linuxforhealth-messages.zip", ".hl7").Concat(Zip("microsoft-pairs.zip", ".hl7")).Concat(SimulatedHospital());

    internal static IEnumerable<(string Name, byte[] Bytes)> Zip(string archive, string ending)
    {
        using var zip = ZipFile.OpenRead(Path.Combine(Folder, archive));
        foreach (var entry in zip.Entries.Where(e => e.FullName.EndsWith(ending, StringComparison.Ordinal)))
        {
            using var content = new MemoryStream();
            using (var stream = entry.Open())
                stream.CopyTo(content);
            yield return (entry.FullName, content.ToArray());
        }
    }

    internal static IEnumerable<(string Name, byte[] Bytes)> SimulatedHospital()
    {
        using var content = new MemoryStream();
        using (var stream = new GZipStream(File.OpenRead(Path.Combine(Folder, "simhospital-messages.out.gz")), CompressionMode.Decompress))
            stream.CopyTo(content);
        var number = 0;
        foreach (var message in Hl7File.Messages(content.ToArray()))
            yield return ($"simhospital #{++number}", message.ToArray());
    }

    internal static Hl7Message Read(string text) =>
        Hl7Message.Parse(Encoding.UTF8.GetBytes(text)) is { Message: { } message } ? message : throw new InvalidOperationException(Hl7Message.Parse(text).Fault!.ToString());
}

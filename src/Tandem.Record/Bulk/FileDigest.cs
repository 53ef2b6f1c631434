using System.Security.Cryptography;

namespace Tandem.Record.Bulk;

/// <summary>Tells whether a file is still what was read of it before: SHA-256 of each line behind the digest of those before it, so that it is known at every line. Blank lines are none.</summary>
internal sealed class FileDigest : IDisposable
{
    private static readonly byte[] TooLong = [0];
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private byte[] current = [];

    /// <summary>The digest with one line more; null for one that is too long, which is told of the same whatever it says.</summary>
    internal byte[] With(byte[]? line)
    {
        hash.AppendData(current);
        hash.AppendData(line ?? TooLong);
        return current = hash.GetHashAndReset();
    }

    /// <summary>True where this is what was noted before; of an import that is older than digests are kept nothing was.</summary>
    internal bool Is(byte[]? noted) => noted is null || current.AsSpan().SequenceEqual(noted);

    /// <inheritdoc/>
    public void Dispose() => hash.Dispose();
}

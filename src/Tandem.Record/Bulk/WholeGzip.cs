using Tandem.Kernel;

namespace Tandem.Record.Bulk;

/// <summary>
/// The bytes of a gzip file for a GZipStream, which takes what was cut short for the whole. Behind its last member it asks for one more byte, and for none when that is a zero: so a zero follows here, and what
/// asks for more than that is not whole.
/// </summary>
internal sealed class WholeGzip(Stream file) : ReadOnlyStream
{
    private bool isAtEnd;

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => !isAtEnd && file.Read(buffer, offset, count) is > 0 and var read ? read : End(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        !isAtEnd && await file.ReadAsync(buffer, cancellationToken) is > 0 and var read ? read : End(buffer.Span);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            file.Dispose();
        base.Dispose(disposing);
    }

    private int End(Span<byte> buffer)
    {
        if (isAtEnd)
            throw new EndOfStreamException();
        isAtEnd = true;
        buffer[0] = 0;
        return 1;
    }
}

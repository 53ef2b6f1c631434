namespace Tandem.Record.Bulk;

/// <summary>
/// The bytes of a gzip file for a GZipStream, which takes what was cut short for the whole. Behind its last member it asks for one more byte, and for none when that is a zero: so a zero follows here, and what
/// asks for more than that is not whole.
/// </summary>
internal sealed class WholeGzip(Stream file) : Stream
{
    private bool isAtEnd;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => !isAtEnd && file.Read(buffer, offset, count) is > 0 and var read ? read : End(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        !isAtEnd && await file.ReadAsync(buffer, cancellationToken) is > 0 and var read ? read : End(buffer.Span);

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

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

using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Tandem.Kernel.Actors;

namespace Tandem.Trust.Audit;

/// <summary>
/// Holds the answer back until the request's trail is kept: nothing reaches the network before. Where it cannot be kept, the answer becomes 503 (500 where the request has changed something) and what
/// was to be shown is dropped.
/// </summary>
internal sealed class HeldBody(HttpContext context, Stream inner, Func<ValueTask<bool>> keep) : Stream
{
    /// <summary>When who was refused may ask again, in seconds.</summary>
    internal const string AskAgainAfter = "5";

    private bool isDropped;

    /// <summary>Keeps the trail as far as it has news; false when the answer must not leave.</summary>
    internal async ValueTask<bool> ReleaseAsync()
    {
        if (isDropped)
            return false;
        if (await keep())
            return true;
        isDropped = true;
        if (!context.Response.HasStarted)
        {
            context.Response.Clear();
            if (context.Features.Get<AccessTrail>() is { HasChanged: true })
            {
                context.Response.StatusCode = StatusCodes.Status500InternalServerError; // what it changed is done: not to be sent again
            }
            else
            {
                context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                context.Response.Headers.RetryAfter = AskAgainAfter;
            }
        }
        else
        {
            context.Abort(); // a stream that had begun
        }

        return false;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (await ReleaseAsync())
            await inner.WriteAsync(buffer, cancellationToken);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (await ReleaseAsync())
            await inner.FlushAsync(cancellationToken);
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Flush() => throw Synchronous();

    public override void Write(byte[] buffer, int offset, int count) => throw Synchronous();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private static InvalidOperationException Synchronous() => new("Answers are written asynchronously.");
}

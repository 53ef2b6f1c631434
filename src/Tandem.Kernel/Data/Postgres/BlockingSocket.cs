using System.Net.Sockets;
using System.Reflection;
using System.Runtime.InteropServices;
using Npgsql;

namespace Tandem.Kernel.Data.Postgres;

/// <summary>
/// Lets the operating system wait for the server's answers. The driver opens its sockets without blocking, and .NET keeps them so for good: a
/// read that has to wait then goes over the process's polling thread and back, two changes of thread for each exchange, which costs more than the server needs for a
/// read by key. Sessions only ever block, so their sockets may. Where the driver's parts are not as they are known, or outside of Linux, nothing
/// is changed and all works as before. A time-out is noticed after twice its time.
/// </summary>
internal static partial class BlockingSocket
{
    private const int GetFlags = 3; // F_GETFL, see fcntl(2)
    private const int SetFlags = 4; // F_SETFL
    private const int NonBlocking = 0x800; // O_NONBLOCK
    private static readonly PropertyInfo? Connector = typeof(NpgsqlConnection).GetProperty("Connector", BindingFlags.Instance | BindingFlags.NonPublic);
    private static readonly FieldInfo? Socket = Connector?.PropertyType.GetField("_socket", BindingFlags.Instance | BindingFlags.NonPublic);

    /// <summary>True where the socket of a connection is reached: only there it can be made to block, or ended under its user (<see cref="PostgresWait.Cut"/>).</summary>
    internal static bool IsReached => OperatingSystem.IsLinux() && Connector is not null && Socket is not null;

    /// <summary>Makes the socket of an open connection block.</summary>
    /// <returns>True when it does.</returns>
    internal static bool Make(NpgsqlConnection connection)
    {
        if (!IsReached || Of(connection) is not { } socket)
            return false;
        var isHeld = false;
        try
        {
            socket.SafeHandle.DangerousAddRef(ref isHeld);
            var file = (int)socket.SafeHandle.DangerousGetHandle();
            return Fcntl(file, GetFlags, 0) is >= 0 and var flags && Fcntl(file, SetFlags, flags & ~NonBlocking) == 0;
        }
        finally
        {
            if (isHeld)
                socket.SafeHandle.DangerousRelease();
        }
    }

    /// <summary>The socket of an open connection; null where the driver's parts are not as they are known.</summary>
    internal static Socket? Of(NpgsqlConnection connection) => Connector?.GetValue(connection) is { } connector ? Socket?.GetValue(connector) as Socket : null;

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Fcntl(int file, int command, int argument);
}

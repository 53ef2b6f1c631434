using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Tandem.Kernel.Data.Sqlite;

/// <summary>
/// Brings the write-ahead log of a database to the disk by a handle of its own, while its writer makes the next commit. Thread-safe for one who flushes and one
/// who disposes afterwards.
/// </summary>
/// <param name="path">The database file.</param>
/// <param name="begins">Is told before each flush.</param>
internal sealed unsafe class SqliteLogFlush(string path, Action? begins) : LogFlush, IDisposable
{
    /// <summary>fdatasync(2) as the process has it, also where a library that was loaded before the system's stands in for it.</summary>
    private static readonly Lazy<nint> FlushData = new(() => NativeLibrary.GetExport(NativeLibrary.GetMainProgramHandle(), "fdatasync"));
    private SafeFileHandle? file;

    /// <summary>True where a file's bytes are brought to the disk by this.</summary>
    internal static bool Fits => OperatingSystem.IsLinux();

    /// <inheritdoc/>
    public override void Run(long? seq)
    {
        file ??= Open();
        begins?.Invoke();
        var isHeld = false;
        file.DangerousAddRef(ref isHeld);
        try
        {
            Marshal.SetLastSystemError(0);
            if (((delegate* unmanaged[Cdecl]<int, int>)FlushData.Value)((int)file.DangerousGetHandle()) != 0)
                throw new DatabaseException($"The log of the database {path} cannot be brought to the disk: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastSystemError())}.");
        }
        finally
        {
            file.DangerousRelease();
        }
    }

    public void Dispose() => file?.Dispose();

    private SafeFileHandle Open()
    {
        try
        {
            return File.OpenHandle(path + "-wal", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DatabaseException($"The log of the database {path} cannot be opened to be brought to the disk.", e);
        }
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Tandem.Kernel.Data.Sqlite;

/// <summary>
/// Writes a commit to the write-ahead log in few calls to the system. SQLite gives each page to it in two (a header of 24 bytes, then the page);
/// a create touches some forty pages. Here writes that follow each other wait in memory until the commit's last page, until a flush, or
/// until the file is read, cut or closed through this connection: other connections do not look at them before the commit is published
/// in the index of the log, which comes after all this. A write that fails (disk full) fails there, within the same commit. A commit larger than the cache writes over frames
/// of its own, after its last page too (their checksums): such a write goes out at once, so that nothing is left in memory when a commit returns.
/// See https://www.sqlite.org/vfs.html and https://www.sqlite.org/walformat.html.
/// </summary>
internal static unsafe partial class JoinedWrites
{
    private const int OpenWal = 0x00080000; // SQLITE_OPEN_WAL
    private const int Capacity = 96 * 1024; // SQLite's own VFS takes a length modulo 128 KiB in one call
    private const int FrameHeader = 24;
    private const int MostAhead = 4 * 1024 * 1024;
    private const int LeastAhead = 64 * 1024;
    private static readonly Lock Gate = new();
    private static readonly byte* Zeros = (byte*)NativeMemory.AllocZeroed(LeastAhead);
    private static Vfs* system;
    private static string? name;

    /// <summary>The name to open a connection with; null (SQLite's own) where this does not fit.</summary>
    internal static string? Name()
    {
        lock (Gate)
        {
            if (name is null && (OperatingSystem.IsLinux() || OperatingSystem.IsMacOS()))
                Register();
            return name;
        }
    }

    private static void Register()
    {
        system = (Vfs*)Find(null);
        if (system is null || system->Version < 3)
            return;
        var own = (Vfs*)NativeMemory.AllocZeroed((nuint)sizeof(Vfs));
        *own = *system;
        own->Next = null;
        own->Name = (byte*)Marshal.StringToCoTaskMemUTF8("tandem-joined");
        own->Open = &Open;
        if (Add(own, 0) == 0)
            name = "tandem-joined";
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Open(Vfs* vfs, byte* path, File* file, int flags, int* outFlags)
    {
        var code = system->Open(system, path, file, flags, outFlags);
        if (code != 0 || (flags & OpenWal) == 0 || file->Methods is null)
            return code;
        var joined = (Joined*)NativeMemory.AllocZeroed((nuint)sizeof(Joined));
        joined->Own = *file->Methods;
        joined->System = file->Methods;
        joined->Buffer = (byte*)NativeMemory.Alloc(Capacity);
        joined->Own.Close = &Close;
        joined->Own.Read = &Read;
        joined->Own.Write = &Write;
        joined->Own.Truncate = &Truncate;
        joined->Own.Sync = &Sync;
        joined->Own.FileSize = &FileSize;
        file->Methods = &joined->Own; // the first member: a file's methods lead to what else is known of it
        return code;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Write(File* file, void* from, int length, long at)
    {
        var joined = (Joined*)file->Methods;
        if (at == 0)
            joined->End = 0; // the log is begun anew
        if (at < joined->End)
        {
            var code = Flush(file, joined);
            return code != 0 ? code : joined->System->Write(file, from, length, at);
        }

        joined->End = at + length;
        if (joined->Length > 0 && (at != joined->At + joined->Length || joined->Length + length > Capacity))
        {
            var code = Flush(file, joined);
            if (code != 0)
                return code;
            joined->IsLong = true;
        }

        if (length > Capacity)
            return joined->System->Write(file, from, length, at);
        if (joined->Length == 0)
            joined->At = at;
        System.Buffer.MemoryCopy(from, joined->Buffer + joined->Length, Capacity - joined->Length, length);
        joined->Length += length;
        if (length == FrameHeader)
            joined->IsLast = *(int*)((byte*)from + 4) != 0; // the size of the database: only the last frame of a commit has one
        else if (joined->IsLast)
        {
            joined->IsLast = false;
            return FlushCommit(file, joined);
        }

        return 0;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Read(File* file, void* into, int length, long at)
    {
        var joined = (Joined*)file->Methods;
        var code = Flush(file, joined);
        return code != 0 ? code : joined->System->Read(file, into, length, at);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Truncate(File* file, long size)
    {
        var joined = (Joined*)file->Methods;
        var code = Flush(file, joined);
        joined->Size = 0;
        joined->End = Math.Min(joined->End, size);
        return code != 0 ? code : joined->System->Truncate(file, size);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Sync(File* file, int flags)
    {
        var joined = (Joined*)file->Methods;
        var code = Flush(file, joined);
        return code != 0 ? code : joined->System->Sync(file, flags);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int FileSize(File* file, long* size)
    {
        var joined = (Joined*)file->Methods;
        var code = Flush(file, joined);
        return code != 0 ? code : joined->System->FileSize(file, size);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Close(File* file)
    {
        var joined = (Joined*)file->Methods;
        var flushed = Flush(file, joined);
        file->Methods = joined->System;
        var code = joined->System->Close(file);
        NativeMemory.Free(joined->Buffer);
        NativeMemory.Free(joined);
        return flushed != 0 ? flushed : code;
    }

    private static int FlushCommit(File* file, Joined* joined)
    {
        var (end, isLong) = (joined->At + joined->Length, joined->IsLong);
        joined->IsLong = false;
        var code = Flush(file, joined);
        if (code == 0 && !isLong && end > joined->Size)
            Lengthen(file, joined, end);
        return code;
    }

    /// <summary>
    /// Puts zeros behind a short commit that reached the file's end, for those that follow: to flush bytes written over others is one write to the
    /// disk, while a longer file is a transaction of the file system's besides. As much as there is, so that a small log stays small. Who reads a log
    /// ends at the first frame without its salt. A long commit waits for its bytes anyway and is left alone. Zeros that do not fit on the disk are left
    /// out: the commit is whole without them, and the next one is told that the disk is full.
    /// </summary>
    private static void Lengthen(File* file, Joined* joined, long end)
    {
        long size;
        if (joined->System->FileSize(file, &size) != 0)
            return;
        if (size <= end)
        {
            var goal = end + Math.Clamp(end, LeastAhead, MostAhead);
            for (size = end; size < goal && joined->System->Write(file, Zeros, LeastAhead, size) == 0;)
                size += LeastAhead;
        }

        joined->Size = size;
    }

    private static int Flush(File* file, Joined* joined)
    {
        if (joined->Length == 0)
            return 0;
        var length = joined->Length;
        joined->Length = 0; // a full buffer may go out between a frame's header and its page, so which frame it is stays known
        return joined->System->Write(file, joined->Buffer, length, joined->At);
    }

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_vfs_find")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    private static partial void* Find(byte* vfsName);

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_vfs_register")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    private static partial int Add(Vfs* vfs, int makeDefault);

    /// <summary>sqlite3_file: what follows belongs to the system's VFS.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct File
    {
        internal Methods* Methods;
    }

    /// <summary>sqlite3_io_methods, version 3.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Methods
    {
        internal int Version;
        internal delegate* unmanaged[Cdecl]<File*, int> Close;
        internal delegate* unmanaged[Cdecl]<File*, void*, int, long, int> Read;
        internal delegate* unmanaged[Cdecl]<File*, void*, int, long, int> Write;
        internal delegate* unmanaged[Cdecl]<File*, long, int> Truncate;
        internal delegate* unmanaged[Cdecl]<File*, int, int> Sync;
        internal delegate* unmanaged[Cdecl]<File*, long*, int> FileSize;
        internal Twelve Others;
    }

    /// <summary>The twelve methods that are left as they are.</summary>
    [InlineArray(12)]
    private struct Twelve
    {
        internal nint First;
    }

    /// <summary>sqlite3_vfs, version 3.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Vfs
    {
        internal int Version;
        internal int FileSize;
        internal int LongestPath;
        internal Vfs* Next;
        internal byte* Name;
        internal void* Data;
        internal delegate* unmanaged[Cdecl]<Vfs*, byte*, File*, int, int*, int> Open;
        internal Fifteen Others;
    }

    /// <summary>The fifteen functions that are left as they are.</summary>
    [InlineArray(15)]
    private struct Fifteen
    {
        internal nint First;
    }

    /// <summary>One file: its methods, those of the system, and what waits to be written.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Joined
    {
        internal Methods Own;
        internal Methods* System;
        internal byte* Buffer;
        internal long At;
        internal long End;
        internal int Length;
        internal bool IsLast;
        internal bool IsLong;
        internal long Size;
    }
}

using System.Numerics;
using System.Runtime.InteropServices;

namespace Tandem.Fhir.Definitions;

/// <summary>Finds the number of a UTF-8 name without allocation. Made once, then read by any number of threads.</summary>
internal sealed class Utf8Names
{
    private readonly byte[][] names;
    private readonly int[] slots;

    /// <summary>A name that occurs twice keeps its first number.</summary>
    internal Utf8Names(byte[][] names)
    {
        this.names = names;
        slots = new int[BitOperations.RoundUpToPowerOf2((uint)Math.Max(4, names.Length * 2))];
        for (var number = 0; number < names.Length; number++)
        {
            var slot = SlotOf(names[number]);
            if (slots[slot] == 0)
                slots[slot] = number + 1;
        }
    }

    /// <summary>The name's number, or -1.</summary>
    internal int Find(ReadOnlySpan<byte> name) => slots[SlotOf(name)] - 1;

    private uint SlotOf(ReadOnlySpan<byte> name)
    {
        var mask = (uint)slots.Length - 1;
        var slot = Hash(name) & mask;
        while (slots[slot] is var taken and not 0 && !names[taken - 1].AsSpan().SequenceEqual(name))
            slot = (slot + 1) & mask;
        return slot;
    }

    /// <summary>First and last bytes and the length: names of elements and codes differ there.</summary>
    private static uint Hash(ReadOnlySpan<byte> name)
    {
        ulong first = 0, last = 0;
        if (name.Length >= 8)
        {
            first = MemoryMarshal.Read<ulong>(name);
            last = MemoryMarshal.Read<ulong>(name[^8..]);
        }
        else
        {
            foreach (var octet in name)
                first = (first << 8) | octet;
        }

        var mixed = (first * 0x9E3779B97F4A7C15) ^ BitOperations.RotateLeft(last * 0xC2B2AE3D27D4EB4F, 31) ^ ((ulong)name.Length << 17);
        return (uint)((mixed * 0x165667B19E3779F9) >> 32);
    }
}

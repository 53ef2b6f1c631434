using System.Numerics;

namespace Tandem.Trial.Demo;

/// <summary>
/// Repeatable chance: the same seed and words always give the same throws, on every machine (SplitMix64). Each subject gets dice of its own
/// by <see cref="For"/>, so that one more throw somewhere changes nothing elsewhere. Not thread-safe.
/// </summary>
internal sealed class Dice
{
    private readonly ulong seed;
    private ulong state;

    internal Dice(ulong seed) => (this.seed, state) = (seed, seed);

    /// <summary>Dice of their own for a subject.</summary>
    internal Dice For(string subject, long number = 0)
    {
        var hash = seed ^ 14695981039346656037UL; // FNV-1a
        foreach (var c in subject)
            hash = (hash ^ c) * 1099511628211UL;
        return new Dice(Mix(hash + ((ulong)number * 0x9E3779B97F4A7C15UL)));
    }

    /// <summary>From 0 up to but not including 1.</summary>
    internal double Next()
    {
        state += 0x9E3779B97F4A7C15UL;
        return (Mix(state) >> 11) * (1.0 / (1UL << 53));
    }

    /// <summary>A whole number from 0 up to but not including <paramref name="count"/>.</summary>
    internal int Below(int count) => (int)(Next() * count);

    internal double Between(double low, double high) => low + (Next() * (high - low));

    internal bool Chance(double probability) => Next() < probability;

    internal T Pick<T>(IReadOnlyList<T> items) => items[Below(items.Count)];

    /// <summary>An item, each as likely as its weight.</summary>
    internal T Pick<T>(IReadOnlyList<(T Item, double Weight)> items)
    {
        var left = Next() * items.Sum(item => item.Weight);
        foreach (var (item, weight) in items)
        {
            left -= weight;
            if (left < 0)
                return item;
        }

        return items[^1].Item;
    }

    /// <summary>About 0 with a standard deviation of 1, within ±3.5 (sum of twelve throws).</summary>
    internal double Normal()
    {
        var sum = -6.0;
        for (var i = 0; i < 12; i++)
            sum += Next();
        return Math.Clamp(sum, -3.5, 3.5);
    }

    /// <summary>A waiting time with this mean.</summary>
    internal TimeSpan Wait(TimeSpan mean) => mean * -Math.Log(1 - Next());

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ BitOperations.RotateRight(z, 31) ^ (z >> 31) ^ BitOperations.RotateRight(z, 31);
    }
}

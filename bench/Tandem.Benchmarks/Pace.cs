namespace Tandem.Benchmarks;

/// <summary>How long and how much: the full run, or the smoke run that shows within a minute that every benchmark works.</summary>
internal static class Pace
{
    internal static bool IsSmoke { get; set; }

    /// <summary>Runs behind one number, which is their median.</summary>
    internal static int Runs => IsSmoke ? 1 : 3;

    /// <summary>The length of one run.</summary>
    internal static double Seconds(double full) => IsSmoke ? 0.15 : full;

    /// <summary>How many of something.</summary>
    internal static int Count(int full) => IsSmoke ? Math.Clamp(full / 50, 5, 1000) : full;
}

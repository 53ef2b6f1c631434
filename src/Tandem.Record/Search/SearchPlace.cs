using Tandem.Kernel.Data;

namespace Tandem.Record.Search;

/// <summary>A place on the sphere that stands for the earth.</summary>
internal static class SearchPlace
{
    /// <summary>Mean radius of the earth in kilometres (IUGG).</summary>
    internal const double Radius = 6371.0088;

    internal static DbValue[] Row(long rid, long param, double latitude, double longitude)
    {
        var (x, y, z) = Point(latitude, longitude);
        return [rid, param, latitude, longitude, x, y, z];
    }

    /// <summary>The point on a sphere of radius 1.</summary>
    internal static (double X, double Y, double Z) Point(double latitude, double longitude)
    {
        var (up, round) = (double.DegreesToRadians(latitude), double.DegreesToRadians(longitude));
        return (Math.Cos(up) * Math.Cos(round), Math.Cos(up) * Math.Sin(round), Math.Sin(up));
    }

    /// <summary>The straight distance through a sphere of radius 1 that belongs to a distance over the ground.</summary>
    internal static double Chord(double kilometres) => 2 * Math.Sin(Math.Min(kilometres / (2 * Radius), Math.PI / 2));
}

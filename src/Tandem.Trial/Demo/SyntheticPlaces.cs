using System.Text;

namespace Tandem.Trial.Demo;

/// <summary>A clinic; its visits come over the feed of the hospital that runs its records.</summary>
/// <param name="Id">The id of its Organization.</param>
/// <param name="Display">Its name.</param>
/// <param name="Code">What messages call it (PL-1).</param>
/// <param name="Hospital">Which of the region's hospitals, from 0.</param>
internal sealed record SyntheticClinic(string Id, string Display, string Code, int Hospital);

/// <summary>The region's hospitals, laboratories, clinics and towns. None of them exists.</summary>
internal static class SyntheticPlaces
{
    /// <summary>Two on Central time and one on Mountain time: a region across a zone's border.</summary>
    internal static readonly IReadOnlyList<RegionFeed> Hospitals =
    [
        new("prairie-adt", "Prairie Sample Medical Center", "PSMC_ADT", "PSMC", "2.999.71.1", "America/Chicago", "2.5.1")
            { CharacterSet = "UNICODE UTF-8", WritesOffsets = true, WritesOids = true },
        new("valley-adt", "Example Valley Hospital", "EVHADM", "EVH", "2.999.71.2", "America/Chicago", "2.3")
            { CharacterSet = "8859/1", Encoding = Encoding.Latin1 },
        new("falls-adt", "Fictional Falls Community Hospital", "REGIS", "FFCH", "2.999.71.3", "America/Denver", "2.4")
            { WritesMinutesOnly = true, WritesOids = true },
    ];

    internal static readonly IReadOnlyList<RegionFeed> Laboratories =
    [
        new("sample-lab", "Sample Reference Laboratory", "SRL_LIS", "SRL", "2.999.72.1", "America/Chicago", "2.5.1")
            { CharacterSet = "UNICODE UTF-8", WritesOffsets = true, WritesOids = true },
        new("testwell-lab", "Testwell Laboratory", "TWLAB", "TWL", "2.999.72.2", "America/Denver", "2.3")
            { CharacterSet = "8859/1", Encoding = Encoding.Latin1 },
    ];

    internal static readonly IReadOnlyList<SyntheticClinic> Clinics =
    [
        new("demo-clinic-northside", "Northside Sample Clinic", "NSC", 0),
        new("demo-clinic-riverbend", "Riverbend Example Family Medicine", "RFM", 0),
        new("demo-clinic-valley", "Valley Demo Internal Medicine", "VIM", 1),
        new("demo-clinic-prueba", "Clínica Prueba del Valle", "CPV", 1),
        new("demo-clinic-falls", "Falls Specimen Health Center", "FHC", 2),
        new("demo-clinic-highline", "Highline Mock Rural Clinic", "HRC", 2),
    ];

    /// <summary>Name, state and postal code by hospital.</summary>
    internal static readonly IReadOnlyList<IReadOnlyList<(string City, string State, string Zip)>> Towns =
    [
        [("Prairie Sample", "NE", "68999"), ("Testerville", "NE", "68998"), ("Demo Junction", "NE", "68997")],
        [("Example Valley", "NE", "69099"), ("Mock Springs", "NE", "69098"), ("Ejemplo", "NE", "69097")],
        [("Fictional Falls", "NE", "69399"), ("Specimen Ridge", "WY", "82999"), ("Placeholder", "CO", "80799")],
    ];

    internal static readonly IReadOnlyList<string> Streets =
        ["Sample Street", "Example Avenue", "Testing Lane", "Mockingbird Road", "Demo Drive", "Fixture Court", "Placeholder Way", "Calle Ejemplo", "Specimen Boulevard"];

    /// <summary>The feed for everything that is known by its id.</summary>
    internal static RegionFeed Feed(string id) => Hospitals.Concat(Laboratories).Single(feed => feed.Id == id);
}

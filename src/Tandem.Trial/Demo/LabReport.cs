using System.Globalization;
using Tandem.Hl7v2.Writing;

namespace Tandem.Trial.Demo;

/// <summary>What became of a result (OBX-11, table 0085).</summary>
internal enum ResultStatus
{
    Final,
    Corrected,
    Cancelled,
}

/// <summary>One report of one panel as a laboratory sends it. Its values follow from the patient and the day; an excursion goes far out.</summary>
internal sealed record LabReport
{
    internal required RegionFeed Laboratory { get; init; }

    internal required SyntheticPatient Patient { get; init; }

    /// <summary>Which hospital's number the specimen was labelled with.</summary>
    internal required int Hospital { get; init; }

    internal required string Number { get; init; }

    internal required Panel Panel { get; init; }

    internal required DateTimeOffset Collected { get; init; }

    internal required DateTimeOffset Reported { get; init; }

    internal required (string Id, string Family, string Given) Orderer { get; init; }

    /// <summary>The value that is far out, or null.</summary>
    internal (string Loinc, double Value)? Far { get; init; }

    internal ResultStatus Status { get; init; }

    /// <summary>The message.</summary>
    internal byte[] Write(Dice region, string controlId)
    {
        var message = MessageWriting.Begin(Laboratory, "ORU", "R01", "ORU_R01", controlId, Reported);
        MessageWriting.Person(message, Laboratory, Patient, Hospital);
        if (Laboratory.Version != "2.3")
            message.Add("ORC").Set(1, "RE").SetComponents(2, ["P" + Number, "ORD"]).SetComponents(3, [Number, Laboratory.Facility]);
        WriteOrder(message);
        var dice = region.For("report-" + Number);
        for (var i = 0; i < Panel.Analytes.Count; i++)
            WriteResult(message, i + 1, Panel.Analytes[i], Value(Panel.Analytes[i], region, dice));
        if (Laboratory.Version != "2.3")
            message.Add("SPM").Set(1, "1").SetComponents(4, ["119297000", "Blood specimen", "SCT"]).Set(17, Laboratory.Time(Collected));
        return message.ToBytes();
    }

    private void WriteOrder(Hl7Builder message) => message.Add("OBR").Set(1, "1")
        .SetComponents(2, ["P" + Number, "ORD"]).SetComponents(3, [Number, Laboratory.Facility])
        .SetComponents(4, Code(Panel.Loinc, Panel.Local, Panel.Text)).Set(7, Laboratory.Time(Collected))
        .SetComponents(16, [Orderer.Id, Orderer.Family, Orderer.Given, null, null, "Dr.", null, null, "NPI"])
        .Set(22, Laboratory.Time(Reported)).Set(24, Panel.Section).Set(25, CodeOf(Status));

    private void WriteResult(Hl7Builder message, int number, Analyte analyte, double value)
    {
        var isFar = Far?.Loinc == analyte.Loinc;
        var text = value.ToString("F" + analyte.Digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        var status = Status == ResultStatus.Corrected && !isFar ? ResultStatus.Final : Status;
        var obx = message.Add("OBX").Set(1, number.ToString(CultureInfo.InvariantCulture)).Set(2, "NM").SetComponents(3, Code(analyte.Loinc, analyte.Local, analyte.Text));
        if (status != ResultStatus.Cancelled)
            obx.Set(5, text);
        obx.Set(6, analyte.Unit).Set(7, string.Create(CultureInfo.InvariantCulture, $"{analyte.Low}-{analyte.High}"));
        if (status != ResultStatus.Cancelled)
            obx.Set(8, Flag(analyte, double.Parse(text, CultureInfo.InvariantCulture), isFar && status == ResultStatus.Final));
        obx.Set(11, CodeOf(status)).Set(14, Laboratory.Time(Collected));
        if (status == ResultStatus.Corrected)
            message.Add("NTE").Set(1, "1").Set(2, "L").Set(3, "Corrected after a repeat on a new specimen.");
    }

    private double Value(Analyte analyte, Dice region, Dice dice)
    {
        var level = LabPanels.Level(analyte, Patient, region);
        var value = Math.Max(level + (dice.Normal() * analyte.Wander * (analyte.High - analyte.Low)), analyte.Low * 0.3);
        if (Far is { } far && far.Loinc == analyte.Loinc && Status != ResultStatus.Corrected)
            value = far.Value;
        return Math.Round(value, analyte.Digits);
    }

    private static string Flag(Analyte analyte, double value, bool isFar) =>
        value < analyte.Low ? isFar ? "LL" : "L" : value > analyte.High ? isFar ? "HH" : "H" : "N";

    private List<string?> Code(string loinc, string local, string text) =>
        Laboratory.Version == "2.3" ? [local, text, "L", loinc, text, "LN"] : [loinc, text, "LN", local, text, "L"];

    private static string CodeOf(ResultStatus status) => status switch
    {
        ResultStatus.Corrected => "C",
        ResultStatus.Cancelled => "X",
        _ => "F",
    };
}

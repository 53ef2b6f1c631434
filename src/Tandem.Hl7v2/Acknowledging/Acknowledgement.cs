using System.Globalization;
using Tandem.Hl7v2.DataTypes;
using Tandem.Hl7v2.Segments;
using Tandem.Hl7v2.Writing;

namespace Tandem.Hl7v2.Acknowledging;

/// <summary>Writes the answer to a message in the sender's delimiters, character set and version (HL7 v2.8.2 ch. 2.9 and 2.14.8).</summary>
public static class Acknowledgement
{
    /// <summary>
    /// The codes to answer with, in order. Original mode (MSH-15 and MSH-16 empty): one of AA, AE, AR. Enhanced mode: CA, CE or CR when MSH-15
    /// asks for it, then AA, AE or AR when MSH-16 asks for it and the message was not refused at the door. Empty: no answer is wanted.
    /// </summary>
    public static IReadOnlyList<string> Codes(Hl7Message received, AckOutcome outcome)
    {
        var header = Msh.In(received);
        var (accept, application) = (header.AcceptAcknowledgement, header.ApplicationAcknowledgement);
        if (accept is null && application is null)
            return ["A" + Letter(outcome)];
        var codes = new List<string>(2);
        if (Wanted(accept, outcome))
            codes.Add("C" + Letter(outcome));
        if (Wanted(application, outcome) && (outcome == AckOutcome.Accepted || codes.Count == 0))
            codes.Add("A" + Letter(outcome));
        return codes;
    }

    /// <summary>One answer as bytes, without frame.</summary>
    /// <param name="received">The message, or its header alone when the rest could not be read.</param>
    /// <param name="code">MSA-1, from <see cref="Codes"/>.</param>
    /// <param name="controlId">MSH-10 of the answer; at most 20 characters for the sake of old versions.</param>
    /// <param name="at">MSH-7 of the answer.</param>
    /// <param name="errors">What was wrong, if anything.</param>
    public static byte[] Write(Hl7Message received, string code, string controlId, DateTimeOffset at, IReadOnlyList<AckError>? errors = null)
    {
        var header = Msh.In(received);
        var version = Version(header.Version);
        errors ??= [];
        var answer = new Hl7Builder(received.Separators, received.Encoding);
        var from = received.Header;
        answer.Header.SetRaw(3, from[5].ToString()).SetRaw(4, from[6].ToString()).SetRaw(5, from[3].ToString()).SetRaw(6, from[4].ToString())
            .Set(7, Dtm.Write(at)).SetComponents(9, Type(header, version)).Set(10, controlId).SetRaw(11, from[11].ToString())
            .SetRaw(12, from[12].Exists ? from[12].ToString() : "2.3").SetRaw(18, from[18].ToString());
        var text = errors.Count == 0 || version >= 2.7m ? null : errors[0].Text;
        answer.Add("MSA").Set(1, code).SetRaw(2, from[10].ToString()).Set(3, text);
        foreach (var error in errors)
            WriteError(answer.Add("ERR"), error, version);
        return answer.ToBytes();
    }

    /// <summary>
    /// The answer when not even the header can be read: an AR in standard delimiters with an empty MSA-2, so that the line does not wait for ever.
    /// </summary>
    public static byte[] WriteForUnreadable(string controlId, DateTimeOffset at, AckError error)
    {
        var answer = new Hl7Builder();
        answer.Header.Set(7, Dtm.Write(at)).Set(9, "ACK").Set(10, controlId).Set(11, "P").Set(12, "2.5.1");
        answer.Add("MSA").Set(1, "AR").Set(3, error.Text);
        WriteError(answer.Add("ERR"), error, 2.51m);
        return answer.ToBytes();
    }

    private static void WriteError(Hl7SegmentBuilder segment, AckError error, decimal version)
    {
        var code = error.Code.ToString(CultureInfo.InvariantCulture);
        var display = AckErrorCode.Display(error.Code);
        var at = error.Location;
        if (version < 2.5m)
        {
            // ERR-1: segment, sequence, field, then the code with its text as sub-components (HL7 v2.4 ch. 2.15.4).
            segment.Set(1, at?.Segment, component: 1).Set(1, Number(at?.Occurrence), component: 2).Set(1, Number(at?.Field), component: 3);
            segment.Set(1, code, component: 4, subComponent: 1).Set(1, display, component: 4, subComponent: 2)
                .Set(1, "HL70357", component: 4, subComponent: 3);
            return;
        }

        if (at is { } place)
        {
            segment.SetComponents(2, [place.Segment, Number(place.Occurrence), Number(place.Field),
                Number(place.Field > 0 ? Math.Max(place.Repetition, 1) : 0), Number(place.Component), Number(place.SubComponent)]);
        }

        segment.SetComponents(3, [code, display, "HL70357"]).Set(4, error.IsWarning ? "W" : "E");
        segment.Set(7, at?.ToString()).Set(8, error.Text);
    }

    /// <summary>MSH-9: ACK alone in v2.1, with the event from v2.2, with the structure from v2.4.</summary>
    private static string?[] Type(Msh header, decimal version) =>
        version < 2.2m ? ["ACK"] : ["ACK", header.Type.Trigger, version < 2.4m ? null : "ACK"];

    private static decimal Version(string? text)
    {
        var parts = (text ?? "").Split('.');
        return parts.Length > 1 && decimal.TryParse($"{parts[0]}.{string.Concat(parts.Skip(1))}", NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture, out var version) ? version : 2.3m;
    }

    private static bool Wanted(string? condition, AckOutcome outcome) => condition switch
    {
        "AL" => true,
        "ER" => outcome != AckOutcome.Accepted,
        "SU" => outcome == AckOutcome.Accepted,
        _ => false,
    };

    private static string Letter(AckOutcome outcome) => outcome switch
    {
        AckOutcome.Accepted => "A",
        AckOutcome.Error => "E",
        _ => "R",
    };

    private static string? Number(int? number) => number is > 0 and var n ? n.ToString(CultureInfo.InvariantCulture) : null;
}

using System.Text;
using Tandem.Care.Intake.Mapping;
using Tandem.Hl7v2;
using Xunit;

namespace Tandem.Tests.Care.Intake.Mapping;

public sealed class MappingFuzzTests
{
    private const string Header = "MSH|^~\\&|APP|NORTH|HUB||20261120083500||";

    private static readonly string[] Seeds =
    [
        Header + "ADT^A03|M1|P|2.5.1\rEVN||20261120083000|||||20261120083000-0600\rPID|1||100^^^NORTH&1.2.3&ISO^MR~9^^^SSA^SS||Testperson&van^Ada^B^Jr^Dr^^L^^^^^2001~X|Y|19500102|F||2106-3^White|1 A St&A&1^^B^IL^6^US^H||(1)2^PRN^PH~^NET^Internet^a@b|3|spa^S|M||A7^^^^VN|1|D1^IL^20300101||H||Y|1|||||20261119^D|Y\rNK1|1|Kin^Bo|SPO|||5|C\rPV1|1|I|W^1^A^N|R|P1|O^2|7^D^C|8^E|9^F|MED|||1|2|A||6^G||V1^^^NORTH^VN|||||||||||||||||03|H|||||||20261118|20261120140000\rPV2|||R07^Pain^I10C\rDG1|1||I50^HF^I10C\r",
        Header + "ORU^R01|M2|P|2.5.1\rPID|1||100^^^NORTH^MR||Testperson\rORC|RE|P9^A|F9^B||CM||||20261120\rOBR|1|P9|F9|2^P^LN|R||20261120080000|20261120081000||||||||77^D||||||20261120091500||CH|F|||||||&R&S\rNTE|1||n\rOBX|1|NM|5^K^LN|1|6.40~7|mmol/L^^UCUM|3.5-5.1|HH~A|||F|||20261120080500|L^Lab|9^O^P|M^Mm|||20261120|S^Site|||N^L\rOBX|2|SN|6^T|2|>^1^:^8|10^3/uL|<5|N|||C\rOBX|3|TM|7^U||0830||||||P\rOBX|4|CE|8^V||A^B^SCT^C^D^LN||||||X\rOBX|5|ED|9^W||L^Application^PDF^Base64^JVBERi0=||||||F\rOBX|6|TS|9^W||202611200830+0100||||||F\rOBX|7|TX|1^Y||a||||||F\rOBX|8|TX|1^Y||b||||||F\rSPM|1|S1^S2||SER^Serum|||M^Mm|B^Bb|||||||||20261120075500^20261120080000|20261120082000\r",
    ];

    [Fact]
    public void Twenty_thousand_mutations_are_mapped_to_json_or_refused_with_a_place()
    {
        var random = new Random(20261122);
        string[] pieces = ["|", "^", "~", "&", "\r", "\"\"", "00000000", "99991231235959-1400", "00010101000000+1400", "20260308023000", "-", "\u0000", "\\X00\\", "\\.br\\", " ", "é", "1e400", "9999999999999999999999999999999999", "OBR|1", "NM"];
        var mapped = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var text = new StringBuilder(Seeds[i % 2]);
            for (var n = random.Next(1, 8); n > 0; n--)
            {
                var at = random.Next(Header.Length, text.Length);
                if (random.Next(3) == 0)
                    text.Remove(at, Math.Min(random.Next(12), text.Length - at));
                else
                    text.Insert(at, pieces[random.Next(pieces.Length)]);
            }

            if (Hl7Message.Parse(Encoding.UTF8.GetBytes(text.ToString())).Message is not { } message)
                continue;
            if (!MessageMapping.Map(message, MappingText.North with { TimeZone = i % 3 == 0 ? "Pacific/Kiritimati" : "America/Chicago" }).Succeeded(out var result, out var refusal))
            {
                Assert.All(refusal.Details, d => Assert.False(string.IsNullOrEmpty(d.Expression)));
                continue;
            }

            mapped++;
            MappingText.Node(result.Patient.Json);
            if (result.Encounter is { } encounter)
                MappingText.Node(encounter.Json);
            Assert.All(result.Resources, r => MappingText.Node(r.Json));
        }

        Assert.InRange(mapped, 5_000, 19_999);
    }
}

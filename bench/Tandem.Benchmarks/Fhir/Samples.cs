using System.Text;

namespace Tandem.Benchmarks.Fhir;

/// <summary>Resources of usual size, different at each call.</summary>
internal static class Samples
{
    /// <summary>A laboratory observation of about 1.5 kB.</summary>
    internal static byte[] Observation(int number) => Encoding.UTF8.GetBytes(
        $$$"""
        {"resourceType":"Observation","identifier":[{"use":"official","type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0203","code":"FILL","display":"Filler Identifier"}]},"system":"urn:tandem:bench:filler","value":"F{{{number}}}"}],
        "status":"final","category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"laboratory","display":"Laboratory"}],"text":"Laboratory"}],
        "code":{"coding":[{"system":"http://loinc.org","code":"2823-3","display":"Potassium [Moles/volume] in Serum or Plasma"},{"system":"urn:tandem:bench:codes","code":"K","display":"Potassium"}],"text":"Potassium"},
        "subject":{"reference":"Patient/p{{{number % 1000}}}","display":"Testperson {{{number % 1000}}}"},"encounter":{"reference":"Encounter/e{{{number % 1000}}}"},
        "effectiveDateTime":"2026-0{{{1 + (number % 9)}}}-1{{{number % 10}}}T08:1{{{number % 10}}}:00-05:00","issued":"2026-03-02T09:30:00.000-05:00",
        "performer":[{"reference":"Organization/lab-1","display":"Sample Laboratory"}],
        "valueQuantity":{"value":{{{3 + (number % 40 / 10.0m)}}},"unit":"mmol/L","system":"http://unitsofmeasure.org","code":"mmol/L"},
        "interpretation":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation","code":"N","display":"Normal"}]}],
        "note":[{"text":"Specimen received in good condition."}],"specimen":{"display":"Serum"},
        "referenceRange":[{"low":{"value":3.5,"unit":"mmol/L","system":"http://unitsofmeasure.org","code":"mmol/L"},"high":{"value":5.1,"unit":"mmol/L","system":"http://unitsofmeasure.org","code":"mmol/L"},"text":"3.5-5.1"}]}
        """);

    /// <summary>The observation as read, with another note: nothing that it is found by changes.</summary>
    internal static byte[] Revised(byte[] observation, int number)
    {
        var text = Encoding.UTF8.GetString(observation);
        var from = text.IndexOf("\"note\":[{\"text\":\"", StringComparison.Ordinal) + 17;
        var to = text.IndexOf('"', from);
        return Encoding.UTF8.GetBytes(string.Concat(text.AsSpan(0, from), "Specimen looked at again ", number.ToString(System.Globalization.CultureInfo.InvariantCulture), text.AsSpan(to)));
    }

    /// <summary>A transaction of ten new observations.</summary>
    internal static byte[] Transaction(int number) => Bundle(
        Enumerable.Range(0, 10).Select(i => ("Observation", "", Encoding.UTF8.GetString(Observation((number * 10) + i)))));

    /// <summary>A transaction of a new patient and nine new observations that point to it.</summary>
    internal static byte[] LinkedTransaction(int number)
    {
        var patient = $$"""{"resourceType":"Patient","identifier":[{"system":"urn:tandem:bench:mrn","value":"M{{number}}"}],"name":[{"family":"Testperson","given":["N{{number}}"]}]}""";
        return Bundle(Enumerable.Range(1, 9)
            .Select(i => ("Observation", "", Encoding.UTF8.GetString(Observation((number * 10) + i)).Replace($"\"Patient/p{((number * 10) + i) % 1000}\"", "\"urn:uuid:patient\"", StringComparison.Ordinal)))
            .Prepend(("Patient", "\"fullUrl\":\"urn:uuid:patient\",", patient)));
    }

    /// <summary>A transaction of creates.</summary>
    internal static byte[] Bundle(IEnumerable<(string Type, string FullUrl, string Resource)> entries) => Encoding.UTF8.GetBytes(
        """{"resourceType":"Bundle","type":"transaction","entry":["""
        + string.Join(',', entries.Select(entry => $$"""{{{entry.FullUrl}}"request":{"method":"POST","url":"{{entry.Type}}"},"resource":{{entry.Resource}}}"""))
        + "]}");
}

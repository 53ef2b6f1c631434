using System.Globalization;
using System.Text;
using Tandem.Fhir.Definitions;
using Tandem.Fhir.Json;
using Tandem.Fhir.Search;
using Tandem.Tests.Support;

namespace Tandem.Tests.Fhir.Search;

public sealed class SearchIndexValuesTests
{
    private static readonly SearchIndexOptions Options = new(TimeZoneInfo.Utc, "https://hub.example.org/fhir/");

    [Fact]
    public void Every_parameter_of_every_type_has_a_plan_but_these()
    {
        var without = R4.ResourceTypes.SelectMany(SearchIndexValues.WithoutPlan)
            .Select(left => $"{left.Parameter}: {left.Reason}").Distinct().Order(StringComparer.Ordinal);
        Assert.Equal(
            [
                "DeviceDefinition.classification: there is no element classification", // a parameter of a later version: not offered
                "DomainResource._text: it has no expression",
                "Resource._content: it has no expression",
                "Resource._query: it has no expression",
            ],
            without);
    }

    [Fact]
    public void A_reference_is_single_where_its_element_and_all_around_it_are()
    {
        string[] codes = ["patient", "subject", "encounter", "context", "organization", "requester", "recorder", "asserter", "partof", "owner", "beneficiary"];
        var repeating = R4.AllSearchParameters.Where(parameter => parameter.Type == SearchType.Reference && codes.Contains(parameter.Code) && !SearchIndexValues.IsSingle(parameter));
        Assert.Equal(
            [
                "Account.patient", "Account.subject", "Appointment.patient", "AuditEvent.patient", "Claim.encounter", "Consent.organization", "Contract.patient", "Contract.subject", "DocumentReference.encounter",
                "ExplanationOfBenefit.encounter", "MedicinalProductContraindication.subject", "MedicinalProductIndication.subject", "MedicinalProductInteraction.subject", "MedicinalProductPackaged.subject",
                "MedicinalProductUndesirableEffect.subject", "Person.patient", "Provenance.patient", "ResearchStudy.partof",
            ],
            repeating.Select(parameter => parameter.ToString()).Order(StringComparer.Ordinal));
        Assert.True(SearchIndexValues.IsSingle(R4.SearchParameters("QuestionnaireResponse").Find("questionnaire")!));
        Assert.False(SearchIndexValues.IsSingle(R4.SearchParameters("PlanDefinition").Find("depends-on")!)); // several elements
    }

    [Fact]
    public void A_token_is_found_by_system_and_code_by_code_and_by_system()
    {
        var values = Values("Observation", LabObservation.Json, "code");
        Assert.Equal(2, values.Count(value => value.Kind == SearchType.Token));
        Assert.Contains(values, value => value.Kind == SearchType.String); // the words that :text finds it by
        values = [.. values.Where(value => value.Kind == SearchType.Token)];
        Assert.Equal(Token("http://loinc.org", "2823-3"), values[0].Hash);
        Assert.Equal(StableHash.Of("2823-3"), values[0].CodeHash);
        Assert.Equal(StableHash.Of("http://loinc.org"), values[0].SystemHash);
    }

    [Fact]
    public void A_code_element_has_the_system_of_its_binding()
    {
        var status = Assert.Single(Values("Observation", LabObservation.Json, "status"));
        Assert.Equal(Token("http://hl7.org/fhir/observation-status", "final"), status.Hash);
        var gender = Assert.Single(Values("Patient", """{"resourceType":"Patient","gender":"female"}""", "gender"));
        Assert.Equal(Token("http://hl7.org/fhir/administrative-gender", "female"), gender.Hash);
    }

    [Theory]
    [InlineData("""{"value":"12"}""", null, "12")]
    [InlineData("""{"system":"urn:a","value":"12"}""", "urn:a", "12")]
    [InlineData("""{"system":"http:\/\/a","value":"\u00e9"}""", "http://a", "é")]
    public void An_identifier_is_a_token_with_or_without_system(string identifier, string? system, string value)
    {
        var found = Assert.Single(Values("Patient", $$"""{"resourceType":"Patient","identifier":[{{identifier}}]}""", "identifier"));
        Assert.Equal(Token(system, value), found.Hash);
        Assert.Equal(system is null ? 0 : StableHash.Of(system), found.SystemHash);
    }

    [Fact]
    public void Telecom_is_sorted_by_its_system()
    {
        const string Json = """{"resourceType":"Patient","telecom":[{"system":"phone","value":"555-0100"},{"system":"email","value":"a@example.org"}]}""";
        Assert.Equal(StableHash.Of("555-0100"), Assert.Single(Values("Patient", Json, "phone")).CodeHash);
        Assert.Equal(StableHash.Of("a@example.org"), Assert.Single(Values("Patient", Json, "email")).CodeHash);
        Assert.Equal(2, Values("Patient", Json, "telecom").Count);
    }

    [Theory]
    [InlineData("""{"resourceType":"Patient","deceasedBoolean":true}""", true)]
    [InlineData("""{"resourceType":"Patient","deceasedDateTime":"2020"}""", true)]
    [InlineData("""{"resourceType":"Patient","deceasedBoolean":false}""", false)]
    [InlineData("""{"resourceType":"Patient"}""", false)]
    public void Deceased_is_true_of_a_date_too(string json, bool deceased)
    {
        var values = Values("Patient", json, "deceased");
        Assert.Equal(deceased, values.Any(value => value.CodeHash == StableHash.Of("true")));
    }

    [Theory]
    [InlineData("1970", "1970-01-01T00:00:00Z", "1971-01-01T00:00:00Z")]
    [InlineData("1970-02", "1970-02-01T00:00:00Z", "1970-03-01T00:00:00Z")]
    [InlineData("1970-02-28", "1970-02-28T00:00:00Z", "1970-03-01T00:00:00Z")]
    public void A_date_lasts_as_long_as_it_is_inexact(string date, string low, string high)
    {
        var value = Assert.Single(Values("Patient", $$"""{"resourceType":"Patient","birthDate":"{{date}}"}""", "birthdate"));
        Assert.Equal((Ms(low), Ms(high)), (value.Low, value.High));
    }

    [Fact]
    public void Periods_may_be_open_and_timings_last_from_the_first_event_to_the_last()
    {
        var period = Assert.Single(Values("Encounter", """{"resourceType":"Encounter","period":{"start":"2020-01-01T10:00:00+02:00"}}""", "date"));
        Assert.Equal((Ms("2020-01-01T08:00:00Z"), long.MaxValue), (period.Low, period.High));
        var timing = Assert.Single(Values("Observation", """{"resourceType":"Observation","effectiveTiming":{"event":["2020-01-01","2020-02-01"]}}""", "date"));
        Assert.Equal((Ms("2020-01-01T00:00:00Z"), Ms("2020-02-02T00:00:00Z")), (timing.Low, timing.High));
        Assert.Empty(Values("Patient", """{"resourceType":"Patient","birthDate":"1970-02-30"}""", "birthdate"));
    }

    [Fact]
    public void A_name_is_found_by_each_part_without_accents_and_case()
    {
        const string Json = """{"resourceType":"Patient","name":[{"family":"Ñandú-Testpersón","given":[" José  María ","Straße"],"prefix":["Dr."]}]}""";
        Assert.Equal(["nandu testperson", "jose maria", "strasse", "dr"], Values("Patient", Json, "name").Select(value => value.Text));
        Assert.Equal("nandu testperson", Assert.Single(Values("Patient", Json, "family")).Text);
        Assert.Equal(StableHash.Of("Ñandú-Testpersón"), Assert.Single(Values("Patient", Json, "family")).Hash);
        Assert.Equal(["madison"], Values("Patient", """{"resourceType":"Patient","address":[{"city":"MADISON"}]}""", "address").Select(value => value.Text));
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("  A \t B ", "a b")]
    [InlineData("Łódź Ærø O’Neil", "lodz aero o'neil")]
    [InlineData("", "")]
    public void Strings_are_folded(string text, string folded) => Assert.Equal(folded, StringIndex.Normalise(text));

    [Fact]
    public void Half_a_surrogate_pair_is_no_fault() => Assert.Equal("\ufffdx", StringIndex.Normalise("\ud800x"));

    [Theory]
    [InlineData("Patient/7")]
    [InlineData("Patient/7/_history/2")]
    [InlineData("https://hub.example.org/fhir/Patient/7")]
    public void A_reference_within_the_record_is_type_and_id(string reference)
    {
        var json = $$$"""{"resourceType":"Observation","subject":{"reference":"{{{reference}}}"}}""";
        var found = Values("Observation", json, "subject");
        Assert.Equal(reference.Contains("_history", StringComparison.Ordinal) ? 2 : 1, found.Count); // and once with its version
        var subject = found[0];
        Assert.Equal(StableHash.Pair(StableHash.Of("Patient"), StableHash.Of("7")), subject.Hash);
        Assert.Equal(StableHash.Of("7"), subject.CodeHash);
        Assert.Equal(subject.Hash, Values("Observation", json, "patient")[0].Hash);
    }

    [Fact]
    public void References_elsewhere_are_their_text_and_contained_ones_are_left_out()
    {
        var other = Assert.Single(Values("Observation", """{"resourceType":"Observation","subject":{"reference":"https://other.example.org/Patient/7/_history/1"}}""", "subject"));
        Assert.Equal((StableHash.Of("https://other.example.org/Patient/7"), StableHash.Of("https://other.example.org/Patient/7/_history/1")), (other.Hash, other.CodeHash));
        Assert.Empty(Values("Observation", """{"resourceType":"Observation","subject":{"reference":"#p"}}""", "subject"));
        Assert.Empty(Values("Observation", """{"resourceType":"Observation","subject":{"reference":"Group/7"}}""", "patient"));
    }

    [Fact]
    public void A_reference_by_identifier_is_a_token()
    {
        var value = Assert.Single(Values("Observation",
            """{"resourceType":"Observation","subject":{"type":"Patient","identifier":{"system":"urn:mrn","value":"7"}}}""", "patient"));
        Assert.Equal((SearchType.Token, Token("urn:mrn", "7")), (value.Kind, value.Hash));
    }

    [Theory]
    [InlineData("""{"value":6.40,"unit":"mmol/L","system":"http://unitsofmeasure.org","code":"mmol/L"}""", 6.4, 6.4)]
    [InlineData("""{"value":5,"comparator":"<","system":"http://unitsofmeasure.org","code":"mmol/L"}""", double.NegativeInfinity, 4.9999999999999991)] // 5 itself is not less
    [InlineData("""{"value":5,"comparator":">=","system":"http://unitsofmeasure.org","code":"mmol/L"}""", 5, double.PositiveInfinity)]
    public void A_quantity_has_a_number_and_a_unit(string quantity, double low, double high)
    {
        var value = Assert.Single(Values("Observation", $$"""{"resourceType":"Observation","valueQuantity":{{quantity}}}""", "value-quantity"));
        Assert.Equal((low, high), (value.NumberLow, value.NumberHigh));
        Assert.Equal(Token("http://unitsofmeasure.org", "mmol/L"), value.Hash);
    }

    [Fact]
    public void Ranges_money_numbers_and_positions_are_read()
    {
        var age = Assert.Single(Values("Condition", """{"resourceType":"Condition","onsetRange":{"low":{"value":3,"unit":"a"}}}""", "onset-age"));
        Assert.Equal((3d, double.PositiveInfinity, StableHash.Of("a")), (age.NumberLow, age.NumberHigh, age.CodeHash));
        var young = Assert.Single(Values("Condition", """{"resourceType":"Condition","onsetRange":{"high":{"value":5,"unit":"a"}}}""", "onset-age"));
        Assert.Equal((double.NegativeInfinity, 5d, StableHash.Of("a")), (young.NumberLow, young.NumberHigh, young.CodeHash));
        var net = Assert.Single(Values("Invoice", """{"resourceType":"Invoice","totalNet":{"value":9.5,"currency":"EUR"}}""", "totalnet"));
        Assert.Equal(Token("urn:iso:std:iso:4217", "EUR"), net.Hash);
        Assert.Equal(0.25, Assert.Single(Values("RiskAssessment",
            """{"resourceType":"RiskAssessment","prediction":[{"probabilityDecimal":0.25}]}""", "probability")).NumberLow);
        var near = Assert.Single(Values("Location", """{"resourceType":"Location","position":{"latitude":42.5,"longitude":-83}}""", "near"));
        Assert.Equal((42.5, -83d), (near.NumberLow, near.NumberHigh));
    }

    [Fact]
    public void A_canonical_is_found_with_and_without_its_version()
    {
        var value = Assert.Single(Values("CarePlan", """{"resourceType":"CarePlan","instantiatesCanonical":["http://example.org/p|2"]}""", "instantiates-canonical"));
        Assert.Equal((StableHash.Of("http://example.org/p|2"), StableHash.Of("http://example.org/p")), (value.Hash, value.CodeHash));
    }

    [Fact]
    public void The_parts_of_a_composite_share_a_group()
    {
        const string Json = """
            {"resourceType":"Observation","code":{"coding":[{"system":"http://loinc.org","code":"85354-9"}]},"component":[
              {"code":{"coding":[{"system":"http://loinc.org","code":"8480-6"}]},"valueQuantity":{"value":150}},
              {"code":{"coding":[{"system":"http://loinc.org","code":"8462-4"}]},"valueQuantity":{"value":95}}]}
            """;
        var parts = Values("Observation", Json, "component-code-value-quantity");
        var systolic = parts.Single(part => part.CodeHash == StableHash.Of("8480-6"));
        Assert.Equal(150, parts.Single(part => part.Group == systolic.Group && part.Component == 1).NumberLow);
        Assert.Equal(2, parts.Select(part => part.Group).Distinct().Count());
        Assert.Equal(3, Values("Observation", Json, "combo-code-value-quantity").Select(part => part.Group).Distinct().Count());
        Assert.Equal(StableHash.Of("85354-9"), Assert.Single(Values("Observation", Json, "code-value-quantity")).CodeHash);
    }

    [Fact]
    public void A_part_may_begin_at_the_resource()
    {
        var parts = Values("MolecularSequence",
            """{"resourceType":"MolecularSequence","referenceSeq":{"chromosome":{"coding":[{"code":"1"}]}},"variant":[{"start":5,"end":9}]}""",
            "chromosome-variant-coordinate");
        Assert.Equal([0, 1, 2], parts.Select(part => (int)part.Component));
    }

    [Fact]
    public void The_first_entry_of_a_bundle_is_a_reference()
    {
        var json = """{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"MessageHeader","id":"m"}},{"resource":{"resourceType":"Patient","id":"p"}}]}""";
        var message = Assert.Single(Values("Bundle", json, "message"));
        Assert.Equal(StableHash.Pair(StableHash.Of("MessageHeader"), StableHash.Of("m")), message.Hash);
    }

    [Fact]
    public void Parameters_of_every_resource_are_read()
    {
        Assert.Equal(StableHash.Of("0198f2a0-0000-7000-8000-000000000001"), Assert.Single(Values("Observation", LabObservation.Json, "_id")).CodeHash);
        Assert.Equal(Ms("2026-11-22T09:31:00.123Z"), Assert.Single(Values("Observation", LabObservation.Json, "_lastUpdated")).Low);
        Assert.Equal(StableHash.Of("urn:tandem:feed:lab-a#MSG00001"), Assert.Single(Values("Observation", LabObservation.Json, "_source")).Hash);
    }

    [Theory]
    [InlineData("2020-01-31T23:59:59Z", "false")]
    [InlineData("2020-02-02T00:00:00Z", "true")]
    public void Today_is_the_day_on_which_a_version_was_written(string written, string expired)
    {
        var version = Json($$"""{"resourceType":"Basic","meta":{"lastUpdated":"{{written}}"},"contained":[{"resourceType":"Coverage","period":{"end":"2020-02-01"} }]}""");
        var (values, own) = (new SearchValueList(), Own("Coverage.period.end < today()"));
        SearchIndexValues.Read(version["contained"u8].First, own, Options, values, new ContainedResources(version));
        SearchIndexValues.Read(Json($$"""{"resourceType":"Coverage","meta":{"lastUpdated":"{{written}}"},"period":{"end":"2020-02-01"} }"""), own, Options, values);

        Assert.Equal([StableHash.Of(expired), StableHash.Of(expired)], values.Span.ToArray().Select(value => value.CodeHash));
    }

    [Fact]
    public void A_sites_own_parameter_finds_all_members_of_a_large_group()
    {
        var members = string.Join(',', Enumerable.Repeat("""{"inactive":false,"entity":{"reference":"Patient/a"}}""", 25_000));
        var values = new SearchValueList();

        Assert.True(SearchIndexValues.Read(Json($$"""{"resourceType":"Group","member":[{{members}}]}"""), Own("Group.member.where(inactive = false).inactive"), Options, values));
        Assert.Equal(25_000, values.Count);
        Assert.False(SearchIndexValues.Read(Json($$"""{"resourceType":"Group","member":[{{members[..107]}}]}"""), Own("Group.member.single().inactive"), Options, values));
    }

    [Fact]
    public void Of_a_name_thirty_words_are_heard_and_of_a_resource_a_thousand()
    {
        var one = Values("Patient", $$"""{"resourceType":"Patient","name":[{"text":"{{Words(2_000, 0)}}"}]}""", "phonetic");
        var many = Values("Patient", $$"""{"resourceType":"Patient","name":[{{string.Join(',', Enumerable.Range(0, 80).Select(i => $$"""{"text":"{{Words(30, i)}}"}"""))}}]}""", "phonetic");

        Assert.Equal(30, one.Count);
        Assert.Equal((30 * 5) - 1, one.Max(value => value.Text!.Length));
        Assert.Equal(1_000, many.Count);
        static string Words(int count, int from) => string.Join(' ', Enumerable.Range(from * 7, count).Select(i => $"{(char)('a' + (i % 26))}{(char)('b' + (i / 26 % 3))}{(char)('k' + (i / 78 % 7))}"));
    }

    [Fact]
    public void Hashes_stay_the_same_for_ever()
    {
        Assert.Equal(0L, StableHash.Of(""));
        Assert.Equal(6446740756733991918L, StableHash.Of("a"));
        Assert.Equal(-5514068030028691828L, StableHash.Of("http://loinc.org"));
        Assert.Equal(-7542891622472644015L, StableHash.Of("0198f2a0-0000-7000-8000-000000000001"));
        Assert.Equal(9222371449090535070L, StableHash.Pair(StableHash.Of("http://loinc.org"), StableHash.Of("2823-3")));
    }

    [Fact]
    public void Codes_of_a_sites_own_parameter_are_read_in_one_walk()
    {
        var contacts = string.Join(',', Enumerable.Range(0, 300_000).Select(at => at % 2 == 0 ? """{"gender":"male"}""" : """{"gender":"other"}"""));
        var (values, codes) = (new SearchValueList(), new[] { "male", "other", "female" });

        var patient = Json($$"""{"resourceType":"Patient","contact":[{{contacts}}],"gender":"female"}""");

        var took = ProcessorTime.Of(() => Assert.True(SearchIndexValues.Read(patient, Own("Patient.contact.gender.combine(Patient.gender)"), Options, values)));

        Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromSeconds(20)); // a walk to each from the first takes some minutes

        Assert.Equal(300_001, values.Count);
        Assert.Equal(["male", "other", "female"], values.Span.ToArray().Select(value => codes.Single(code => Token("http://hl7.org/fhir/administrative-gender", code) == value.Hash)).Distinct());
    }

    [Fact]
    public void Hashes_of_like_texts_differ()
    {
        var seen = new HashSet<long>();
        for (var number = 0; number < 200_000; number++)
        {
            Assert.True(seen.Add(StableHash.Of(number.ToString(CultureInfo.InvariantCulture))));
            Assert.True(seen.Add(StableHash.Of($"0198f2a0-0000-7000-8000-{number:x12}")));
        }
    }

    [Fact]
    public void Reading_a_lab_result_again_costs_no_memory()
    {
        var root = FhirJson.ParseStored(Encoding.UTF8.GetBytes(LabObservation.Json)).Root;
        var list = new SearchValueList();
        SearchIndexValues.Read(root, "Observation", Options, list);
        Assert.True(list.Count > 20, $"{list.Count}");
        Assert.Equal(0, Allocated.Least(() =>
        {
            list.Clear();
            SearchIndexValues.Read(root, "Observation", Options, list);
        }));
    }

    [Fact]
    public void Real_resources_of_many_types_are_read()
    {
        Assert.SkipWhen(SyntheaBundles.File is null, SyntheaBundles.Absent);
        var list = new SearchValueList();
        foreach (var (_, bytes) in SyntheaBundles.Read().Take(20))
        {
            foreach (var entry in FhirJson.ParseStored(bytes).Root["entry"u8].Items)
            {
                list.Clear();
                SearchIndexValues.Read(entry["resource"u8], entry["resource"u8]["resourceType"u8].Text!, Options, list);
                Assert.True(list.Count > 2);
            }
        }
    }

    private static FhirNode Json(string json) => FhirJson.ParseStored(Encoding.UTF8.GetBytes(json)).Root;

    private static SiteSearchParameter Own(string expression) => SiteSearchParameter.Read(
        Json($$"""{"resourceType":"SearchParameter","code":"own","base":["Coverage","Group","Patient"],"type":"token","expression":"{{expression}}"}"""), SiteSearchParameter.First, (_, _, _) => default, out _)!;

    private static List<SearchValue> Values(string type, string json, string code)
    {
        var list = new SearchValueList();
        SearchIndexValues.Read(Json(json), type, Options, list);
        var id = R4.SearchParameters(type).Find(code)!.Id;
        return list.Span.ToArray().Where(value => value.ParameterId == id).ToList();
    }

    private static long Token(string? system, string code) => StableHash.Pair(system is null ? 0 : StableHash.Of(system), StableHash.Of(code));

    private static long Ms(string time) => DateTimeOffset.Parse(time, CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();
}

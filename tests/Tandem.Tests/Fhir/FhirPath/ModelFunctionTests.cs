using Tandem.Fhir.FhirPath;
using Tandem.Fhir.Terminology;
using Tandem.Fhir.Validation;
using Tandem.Tests.Fhir.Validation;

namespace Tandem.Tests.Fhir.FhirPath;

/// <summary>Functions of FHIR R4 2.9.1.4 that ask codes, profiles and definitions, and those of the FHIRPath 3.0 ballot.</summary>
public sealed class ModelFunctionTests
{
    private const string Marital = "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus";

    private static FhirPathContext Knowing(string resource)
    {
        var check = new Checked(Checked.Profile("p", "Patient", """
            {"id":"Patient.identifier","path":"Patient.identifier","slicing":{"discriminator":[{"type":"value","path":"system"}],"rules":"open"}},
            {"id":"Patient.identifier:mrn","path":"Patient.identifier","sliceName":"mrn"},
            {"id":"Patient.identifier:mrn.system","path":"Patient.identifier.system","fixedUri":"urn:mrn"}
            """));
        return new(Checked.Parsed(resource))
        {
            Now = Samples.Now, MemberOf = TerminologyService.Shipped.MemberOf, IsA = TerminologyService.Shipped.IsA,
            InSlice = check.Validator.InSlice, ConformsTo = (item, profile) => check.Validator.Conforms(item, profile),
        };
    }

    [Theory]
    [InlineData("maritalStatus.memberOf('http://hl7.org/fhir/ValueSet/marital-status')", "true")]
    [InlineData("maritalStatus.memberOf('http://hl7.org/fhir/ValueSet/administrative-gender')", "false")]
    [InlineData("maritalStatus.memberOf('http://example.org/none')", "")]
    [InlineData("gender.memberOf('http://hl7.org/fhir/ValueSet/administrative-gender')", "true")]
    [InlineData("maritalStatus.coding.first().subsumes(maritalStatus)", "true")]
    [InlineData("identifier.slice('http://example.org/p', 'mrn').value", "1")]
    [InlineData("conformsTo('http://example.org/p')", "true")]
    [InlineData("name.first().conformsTo('http://example.org/p')", "false")] // of another type
    [InlineData("conformsTo('http://hl7.org/fhir/StructureDefinition/Patient')", "true")]
    [InlineData("conformsTo('http://hl7.org/fhir/StructureDefinition/Person')", "false")]
    [InlineData("identifier.elementDefinition().path.distinct()", "Patient.identifier")]
    [InlineData("birthDate.elementDefinition().type.code", "date")]
    [InlineData("checkModifiers('http://example.org/m').id", "a")]
    [InlineData("name.exists() and name.given.elementDefinition().max = '*'", "true")]
    public void A_question_to_the_model_is_answered(string expression, string gives) => Assert.Equal(gives, Samples.Gives(expression, Knowing($$"""
        {"resourceType":"Patient","id":"a","gender":"female","birthDate":"1980-02-29","maritalStatus":{"coding":[{"system":"{{Marital}}","code":"M"}]},
         "identifier":[{"system":"urn:mrn","value":"1"},{"system":"urn:x","value":"2"}],"name":[{"given":["Ada"]}],
         "modifierExtension":[{"url":"http://example.org/m","valueBoolean":true}]}
        """)));

    [Fact]
    public void Codes_of_one_system_are_subsumed_along_its_hierarchy()
    {
        var encounter = Knowing("""{"resourceType":"Encounter","status":"finished","class":{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"IMP"}}""")
            .With("any", FhirValue.Of(Checked.Parsed("""{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"_ActEncounterCode"}""")));

        Assert.Equal("true", Samples.Gives("class.subsumedBy(%any)", encounter));
        Assert.Equal("false", Samples.Gives("class.subsumes(%any)", encounter));
        Assert.Equal("true", Samples.Gives("%any.subsumes(class)", encounter));
        Assert.Equal("", Samples.Gives("%two.subsumes(class)", encounter.With("two", FhirValue.Of(Checked.Parsed(
            """{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"unknown"},{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"AMB"}]}"""))))); // the first may
        Assert.Equal("false", Samples.Gives("class.subsumes(%other)", encounter.With("other", FhirValue.Of(Checked.Parsed("""{"system":"urn:other","code":"IMP"}""")))));
    }

    [Fact]
    public void An_unknown_modifier_ends_the_evaluation() => Assert.Contains(
        "not understood",
        Assert.Throws<FhirPathException>(() => Samples.Gives("checkModifiers('http://example.org/other')", Knowing("""{"resourceType":"Patient","modifierExtension":[{"url":"http://example.org/m"}]}"""))).Message);

    [Fact]
    public void A_slice_that_the_profile_does_not_have_ends_the_evaluation() => Assert.Contains(
        "no slice ssn",
        Assert.Throws<FhirPathException>(() => Samples.Gives("identifier.slice('http://example.org/p', 'ssn')", Knowing("""{"resourceType":"Patient","identifier":[{"system":"urn:x"}]}"""))).Message);

    [Theory] // defineVariable: known to what follows in its own chain and nowhere else
    [InlineData("defineVariable('n', name.first()).name.where(use = %n.use).count()", "1")]
    [InlineData("name.first().defineVariable('f').given.select(%f.family & ' ' & $this)", "Testperson Ada, Testperson B")]
    [InlineData("name.select(defineVariable('u', use).select(given.first() & %u))", "Adaofficial, nickname")]
    [InlineData("defineVariable('a', 1).select(defineVariable('b', 2).select(%a + %b))", "3")]
    [InlineData("(defineVariable('a', 1).select(%a)) | (defineVariable('a', 2).select(%a))", "1, 2")]
    public void A_variable_is_defined(string expression, string gives) => Assert.Equal(gives, Samples.Gives(expression, Samples.Patient));

    [Theory]
    [InlineData("defineVariable('a', 1).select(%a) | %a")]
    [InlineData("name.select(defineVariable('x').given) | %x")]
    [InlineData("defineVariable('a', 1).defineVariable('a', 2)")]
    [InlineData("defineVariable('context', 1)")]
    public void A_variable_outside_of_its_chain_or_defined_twice_is_an_error(string expression) => Assert.NotEmpty(Samples.Fails(expression, Samples.Patient));

    [Theory] // Long
    [InlineData("42L", "42")]
    [InlineData("3000000000L + 1", "3000000001")]
    [InlineData("'5000000000'.toLong() = 5000000000L", "true")]
    [InlineData("7L div 2", "3")]
    [InlineData("9223372036854775807L + 1", "")]
    [InlineData("7L mod 0", "")]
    [InlineData("5L > 4", "true")]
    [InlineData("5 '1' > 4L", "true")]
    [InlineData("5L = 5", "true")]
    [InlineData("(5L).is(Long)", "true")]
    [InlineData("(5).is(Long)", "false")]
    [InlineData("5L.toInteger()", "5")]
    [InlineData("(-5L).toInteger()", "-5")]
    [InlineData("3000000000L.convertsToInteger()", "false")]
    [InlineData("(-5L).abs()", "5")]
    public void Integers_of_64_bits_are_numbers(string expression, string gives) => Assert.Equal(gives, Samples.Gives(expression));

    [Theory]
    [InlineData("@2026-11-22.yearOf()", "2026")]
    [InlineData("@2026-11.monthOf()", "11")]
    [InlineData("@2026-11.dayOf()", "")]
    [InlineData("@T10:30.yearOf()", "")]
    [InlineData("@2026-11-22T10:30:15.250-05:00.hourOf()", "10")]
    [InlineData("@2026-11-22T10:30:15.250-05:00.millisecondOf()", "250")]
    [InlineData("@2026-11-22T10:30:15.250-05:00.minuteOf().toString() & ':' & @T10:30:15.secondOf().toString()", "30:15")]
    [InlineData("@2026-11-22T10:30:15-05:00.timezoneOffsetOf()", "-5")]
    [InlineData("@2026-11-22T10:30:15-03:30.timezoneOffsetOf()", "-3.5")]
    [InlineData("@2026-11-22T10:30:15-05:00.dateOf()", "2026-11-22")]
    [InlineData("@2026-11-22T10:30:15-05:00.timeOf()", "10:30:15")]
    [InlineData("@2026-11-22T.timeOf()", "")]
    [InlineData("birthDate.yearOf()", "1980")]
    public void A_date_has_parts(string expression, string gives) => Assert.Equal(gives, Samples.Gives(expression, Samples.Patient));

    [Fact]
    public void An_expression_can_be_shown()
    {
        var outline = FhirPathExpression.Compile("name.where(use = 'official').given[0]").Outline();

        Assert.Equal(("IndexerExpression", "[]"), (outline.Kind, outline.Name));
        Assert.Equal(("ChildExpression", "given"), (outline.Arguments[0].Kind, outline.Arguments[0].Name));
        Assert.Equal(("FunctionCallExpression", "where"), (outline.Arguments[0].Arguments[0].Kind, outline.Arguments[0].Arguments[0].Name));
    }
}

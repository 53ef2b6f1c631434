using Xunit;

namespace Tandem.Tests.Fhir.Validation;

/// <summary>Addresses of entries (R4 Bundle.entry.fullUrl), what a searchset holds, and relative references in a bundle without a server.</summary>
public sealed class BundleCheckTests
{
    private static string Finds(string type, params string[] entries) =>
        new Checked().Finds($$"""{"resourceType":"Bundle","type":"{{type}}","entry":[{{string.Join(',', entries)}}]}""");

    private static string Patient(string at, string id = "", string more = "") =>
        $$"""{{{(at.Length == 0 ? "" : $"\"fullUrl\":\"{at}\",")}}"resource":{"resourceType":"Patient"{{(id.Length == 0 ? "" : $",\"id\":\"{id}\"")}},"active":true}{{more}}}""";

    [Theory]
    [InlineData("searchset", "http://example.org/Patient/1", "1", "")]
    [InlineData("searchset", "http://example.org/Patient/2", "1", "error invariant Bundle.entry[0].fullUrl")]
    [InlineData("searchset", "http://example.org/Organization/1", "1", "error invariant Bundle.entry[0].fullUrl")]
    [InlineData("searchset", "Patient/1", "1", "error value Bundle.entry[0].fullUrl")]
    [InlineData("searchset", "", "1", "warning required Bundle.entry[0]")]
    [InlineData("searchset", "http://example.org/patients", "1", "")] // no address of REST
    [InlineData("searchset", "http://example.org/Patient/1", "", "error invariant Bundle.entry[0].fullUrl\nwarning value Bundle.entry[0].resource")]
    [InlineData("collection", "http://example.org/Patient/1", "", "")]
    [InlineData("collection", "", "1", "")]
    public void A_fullUrl_is_the_identity_of_its_resource(string type, string url, string id, string finds) => Assert.Equal(finds, Finds(type, Patient(url, id)));

    [Theory] // what is created there has neither address nor id yet
    [InlineData("transaction", "")]
    [InlineData("batch", "")]
    [InlineData("transaction", "http://example.org/Patient/1")]
    [InlineData("batch", "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0")]
    public void A_transaction_or_batch_may_hold_resources_without_address_and_id(string type, string url) =>
        Assert.Equal("", Finds(type, Patient(url, "", ""","request":{"method":"POST","url":"Patient"}""")));

    private const string Outcome = """ "resource":{"resourceType":"OperationOutcome","issue":[{"severity":"warning","code":"processing"}]}""";

    [Theory]
    [InlineData("{" + Outcome + "}", "")]
    [InlineData("{" + Outcome + ""","search":{"mode":"outcome"}}""", "")]
    [InlineData("{" + Outcome + ""","search":{"mode":"match"}}""", "error value Bundle.entry[0].resource")]
    [InlineData("""{"fullUrl":"urn:a:1","resource":{"resourceType":"Patient","id":"1"},"search":{"mode":"outcome"}}""", "error value Bundle.entry[0].resource")]
    [InlineData("""{"fullUrl":"urn:a:1","resource":{"resourceType":"Patient","id":"1"},"search":{"mode":"match"}}""", "")]
    [InlineData("""{"fullUrl":"urn:a:1","resource":{"resourceType":"Patient"},"search":{"mode":"include"}}""", "warning value Bundle.entry[0].resource")]
    [InlineData("""{"fullUrl":"urn:a:1","resource":{"resourceType":"Patient"}}""", "warning value Bundle.entry[0].resource")]
    public void A_searchset_holds_resources_with_ids_and_outcomes(string entry, string finds) => Assert.Equal(finds, Finds("searchset", entry));

    [Theory]
    [InlineData("searchset", "next", "error value Bundle.link[1]")]
    [InlineData("searchset", "alternate", "")]
    [InlineData("collection", "next", "")]
    public void A_searchset_has_one_link_to_each_page(string type, string relation, string finds)
    {
        var link = $$"""{"relation":"{{relation}}","url":"http://example.org/a"}""";

        Assert.Equal(finds, new Checked().Finds($$"""{"resourceType":"Bundle","type":"{{type}}","link":[{{link}},{{link}},{"relation":"self","url":"http://example.org/b"}]}"""));
    }

    [Theory]
    [InlineData("collection", "urn:uuid:", "Practitioner", "error value Bundle.entry[0].resource.generalPractitioner[0]")]
    [InlineData("collection", "urn:uuid:", "Organization", "")]
    [InlineData("transaction", "urn:uuid:", "Practitioner", "")] // means one on the server
    [InlineData("collection", "http://example.org/Patient/", "Practitioner", "")] // stands on a server of its own
    public void A_relative_reference_among_entries_without_a_server_names_the_type_of_the_entry_of_its_id(string type, string from, string says, string finds)
    {
        const string id = "0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0";
        const string request = ""","request":{"method":"POST","url":"a"}""";
        var bundle = Finds(
            type,
            $$"""{"fullUrl":"{{from}}6d6de3b0-4a1b-4f0c-8f0e-0d3b6c1b2a11","resource":{"resourceType":"Patient","generalPractitioner":[{"reference":"{{says}}/{{id}}"}]}{{(type == "transaction" ? request : "")}}}""",
            $$"""{"fullUrl":"urn:uuid:{{id}}","resource":{"resourceType":"Organization","name":"a"}{{(type == "transaction" ? request : "")}}}""");

        Assert.Equal(finds, bundle);
    }
}

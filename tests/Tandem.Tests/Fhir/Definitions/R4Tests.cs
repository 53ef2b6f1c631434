using System.Security.Cryptography;
using System.Text;
using Tandem.Fhir.Definitions;

namespace Tandem.Tests.Fhir.Definitions;

public sealed class R4Tests
{
    [Fact]
    public void Every_R4_resource_type_is_known()
    {
        Assert.Equal(146, R4.ResourceTypes.Count);
        Assert.Contains("Patient", R4.ResourceTypes);
        Assert.DoesNotContain("DomainResource", R4.ResourceTypes);
        Assert.DoesNotContain("SubscriptionStatus", R4.ResourceTypes);
        Assert.True(R4.IsResourceType("Task"));
        Assert.False(R4.IsResourceType("HumanName"));
    }

    [Fact]
    public void Elements_have_cardinality_types_and_targets()
    {
        var patient = R4.Types["Patient"].Elements;
        var name = patient["name"];
        Assert.True(name.IsList);
        Assert.Equal("HumanName", name.Types.Single().Type.Name);

        var other = R4.Types["Patient.link"].Elements["other"];
        Assert.Equal((1, 1), (other.Min, other.Max));
        Assert.Equal(["Patient", "RelatedPerson"], other.Types.Single().Targets);
        Assert.Equal("id", patient["id"].Types.Single().Type.Name);
        Assert.Equal("Patient.contact", patient["contact"].Types.Single().Type.Name);
    }

    /// <summary>Elements and targets that later versions or other servers have and R4 has not.</summary>
    [Fact]
    public void Types_are_those_of_R4_and_nothing_more()
    {
        static string Names(string type) => string.Join(' ', R4.Types[type].Elements.Select(element => element.Name));

        Assert.Equal("id extension versionId lastUpdated source profile security tag", Names("Meta"));
        Assert.Equal("id meta implicitRules language contentType securityContext data", Names("Binary"));
        Assert.EndsWith(" reasonStopped note arm objective", Names("ResearchStudy"), StringComparison.Ordinal);
        Assert.Equal("id extension modifierExtension description definition usageContext exclude participantEffective timeFromStart groupMeasure", Names("EvidenceVariable.characteristic"));
        Assert.Equal(1, R4.Types["EvidenceVariable"].Elements["characteristic"].Min);
        Assert.Equal(["Device", "Group", "Location", "Patient", "Practitioner", "PractitionerRole", "RelatedPerson"], Targets("MeasureReport", "subject"));
        Assert.Equal(["Device", "Organization", "Patient", "Practitioner", "PractitionerRole", "RelatedPerson"], Targets("AuditEvent.source", "observer"));
        Assert.Equal(["Location"], Targets("ResearchStudy", "site"));

        static IEnumerable<string> Targets(string type, string element) => R4.Types[type].Elements[element].Types.Single().Targets.Order(StringComparer.Ordinal);
    }

    [Fact]
    public void A_choice_is_found_by_its_name_in_json_and_in_FHIRPath()
    {
        var elements = R4.Types["Observation"].Elements;
        Assert.True(elements.TryFind("valueQuantity"u8, out var property));
        Assert.Equal(("value", "Quantity"), (property.Element.Name, property.Type.Name));
        Assert.Same(elements["value"], property.Element);
        Assert.False(elements.TryFind("value"u8, out _));
        Assert.False(elements.TryFind("valueAddress"u8, out _));
    }

    [Fact]
    public void Inherited_elements_come_first_and_references_to_content_are_followed()
    {
        Assert.Equal("id", R4.Types["Observation"].Elements[0].Name);
        Assert.Contains(R4.Types["Patient.contact"].Elements, element => element.Name == "modifierExtension");
        Assert.Equal("Bundle.link", R4.Types["Bundle.entry"].Elements["link"].Types.Single().Type.Name);
        Assert.Equal("value", R4.Types["Age"].Elements["value"].Name);
        Assert.True(R4.Types["Age"].Is(R4.Types["Quantity"]));
        Assert.False(R4.Types["Quantity"].Is(R4.Types["Age"]));
    }

    [Fact]
    public void Every_element_of_every_type_can_be_read_and_found()
    {
        var count = 0;
        foreach (var type in R4.Types.All)
        {
            foreach (var element in type.Elements)
            {
                foreach (var of in element.Types)
                {
                    Assert.True(type.Elements.TryFind(Encoding.UTF8.GetBytes(element.JsonName(of.Type)), out var property), $"{element}");
                    Assert.Same(element, property.Element);
                    count++;
                }
            }
        }

        Assert.True(count > 8000, $"{count}");
    }

    [Fact]
    public void Codes_of_required_bindings_are_listed()
    {
        var gender = R4.Types["Patient"].Elements["gender"].Codes;
        Assert.NotNull(gender);
        Assert.Equal(["male", "female", "other", "unknown"], gender.Codes.Select(code => code.Code));
        Assert.True(gender.Contains("female"u8));
        Assert.False(gender.Contains("Female"u8));
        Assert.Null(R4.Types["Attachment"].Elements["contentType"].Codes);
        Assert.Null(R4.Types["Observation"].Elements["code"].Codes);
    }

    [Fact]
    public void Search_parameters_of_a_type_include_those_of_every_resource()
    {
        var parameters = R4.SearchParameters("Patient");
        Assert.NotNull(parameters.Find("_id"));
        Assert.Equal("Patient.birthDate", parameters.Find("birthdate")!.Expression);
        Assert.Equal(SearchType.Date, parameters.Find("birthdate")!.Type);
        Assert.True(R4.TryFindSearchParameter("Observation", "code-value-quantity", out var composite));
        Assert.Equal([new SearchComponent("code", "code"), new SearchComponent("value-quantity", "value.ofType(Quantity)")], composite.Components);
        Assert.Equal(["CareTeam", "Organization", "Patient", "Practitioner", "PractitionerRole", "RelatedPerson"],
            R4.SearchParameters("Observation").Find("performer")!.Targets);
        Assert.Empty(R4.SearchParameters("Nothing"));
    }

    [Fact]
    public void An_expression_keeps_only_the_branches_of_its_type()
    {
        Assert.Equal("Observation.code", R4.SearchParameters("Observation").Find("code")!.Expression);
        Assert.Equal("Observation.subject.where(resolve() is Patient)", R4.SearchParameters("Observation").Find("patient")!.Expression);
    }

    [Fact]
    public void The_patient_compartment_names_search_parameters()
    {
        Assert.Equal(["subject", "performer"], R4.PatientCompartment("Observation"));
        Assert.Empty(R4.PatientCompartment("Organization"));
        foreach (var type in R4.ResourceTypes)
            Assert.All(R4.PatientCompartment(type), code => Assert.NotNull(R4.SearchParameters(type).Find(code)));
    }

    /// <summary>The numbers are kept in index tables: when this changes, every index has to be rebuilt.</summary>
    [Fact]
    public void The_numbers_of_search_parameters_stay()
    {
        var list = string.Join('\n', R4.AllSearchParameters.Select(parameter => parameter.ToString()));
        Assert.Equal("82695612B65E53FC", Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(list)))[..16]);
    }
}

using Tandem.Fhir.Definitions;
using Tandem.Record.Access;

namespace Tandem.Tests.Record.Access;

public sealed class PatientLinkTests
{
    [Fact] // R4 CompartmentDefinition patient
    public void Every_type_of_the_patient_compartment_says_whose_it_is_by_an_element_that_is_known()
    {
        var others = Compartments.Types("Patient").Where(type => type != "Patient" && !Strangers.MayBe(type));

        Assert.Equal(["AuditEvent", "Group", "Person"], others); // the first are the access log's alone, the others are reached by all whom they name
    }
}

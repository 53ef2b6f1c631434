using System.Text;
using Tandem.Fhir.Json;
using Tandem.Fhir.Structure;

namespace Tandem.Tests.Fhir.Structure;

public sealed class ElementPathsTests
{
    [Fact]
    public void Paths_of_many_elements_are_those_of_each()
    {
        var document = FhirJson.ParseStored(Encoding.UTF8.GetBytes("""
            [{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient","deceasedBoolean":false,"name":[{"given":["A","B"],"_given":[null,{"id":"g"}]},{"family":"F"}],
              "contained":[{"resourceType":"Observation","id":"o","valueQuantity":{"value":1},"own":[[1,[2]],[]]}]}},{"fullUrl":"x"},{}]},{"other":1}]
            """)).Root;
        var bundle = document.First;
        var paths = new ElementPaths(bundle);
        var below = new List<FhirNode>();
        Collect(bundle, below);

        Assert.All(below, node => Assert.Equal(ElementPath.Of(bundle, node), paths.Of(node)));
        Assert.Contains("Bundle.entry[0].resource.name[0].given[1]", below.Select(paths.Of));
        Assert.Contains("Bundle.entry[0].resource.contained[0].value.value", below.Select(paths.Of));
        Assert.Contains("Bundle.entry[2]", below.Select(paths.Of));
        Assert.Null(paths.Of(document.Items.AsEnumerable().Last()["other"u8]));
        Assert.Null(paths.Of(default));
    }

    private static void Collect(FhirNode node, List<FhirNode> into)
    {
        into.Add(node);
        foreach (var child in node.IsObject ? node.Properties : node.Kind == JsonKind.Array ? node.Items : default)
            Collect(child, into);
    }
}

using System.Net;
using Tandem.Kernel.Data;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Search;

public sealed class SqliteNarrowedReferenceTests() : NarrowedReferenceBehaviour(Engine.Sqlite);

public sealed class PostgresNarrowedReferenceTests() : NarrowedReferenceBehaviour(Engine.Postgres);

/// <summary>
/// A parameter that is another one narrowed to a type (<c>patient</c>, <c>practitioner</c>, <c>location</c>) has few rows of its own and finds what the specification says
/// all the same: what refers to that type, and nothing else that the wider parameter finds (R4 3.1.1.4.12).
/// </summary>
public abstract class NarrowedReferenceBehaviour(Engine engine)
{
    private static readonly (string Resource, string Members)[] Resources =
    [
        ("Patient/a", """ "name":[{"family":"Testperson"}] """),
        ("Group/a", """ "type":"person","actual":true,"name":"Testgroup" """),
        ("Location/house", """ "name":"House" """),
        ("Location/ward", """ "partOf":{"reference":"Location/house"} """),
        ("Procedure/patient", """ "status":"completed","subject":{"reference":"Patient/a"} """),
        ("Procedure/version", """ "status":"completed","subject":{"reference":"Patient/a/_history/1"} """),
        ("Procedure/group", """ "status":"completed","subject":{"reference":"Group/a"} """),
        ("Procedure/far", """ "status":"completed","subject":{"reference":"https://far.example.org/Patient/a"} """),
        ("Procedure/number", """ "status":"completed","subject":{"type":"Patient","identifier":{"system":"urn:mrn","value":"7"}} """),
        ("Procedure/urn", """ "status":"completed","subject":{"type":"Patient","reference":"urn:uuid:c757873d-ec9a-4326-a141-556f43239520"} """),
        ("Appointment/all", """ "status":"booked","participant":[{"actor":{"reference":"Patient/a"},"status":"accepted"},{"actor":{"reference":"Practitioner/a"},"status":"accepted"},{"actor":{"reference":"Location/ward"},"status":"accepted"}] """),
        ("Appointment/place", """ "status":"booked","participant":[{"actor":{"reference":"Location/house"},"status":"accepted"}] """),
    ];

    private static readonly (string Query, string Ids)[] Found =
    [
        ("Procedure?patient=a", "patient,version"),
        ("Procedure?patient=Patient/a", "patient,version"),
        ("Procedure?patient=Patient/a/_history/1", "version"),
        ("Procedure?patient=Group/a", ""),
        ("Procedure?patient=https://far.example.org/Patient/a", "far"),
        ("Procedure?patient=a,https://far.example.org/Patient/a", "far,patient,version"),
        ("Procedure?patient=Patient/a&status=completed&subject=Patient/a", "patient,version"),
        ("Procedure?patient=urn:uuid:c757873d-ec9a-4326-a141-556f43239520", "urn"),
        ("Procedure?patient:identifier=urn:mrn|7", "number"),
        ("Procedure?patient:missing=false", "far,number,patient,urn,version"),
        ("Procedure?patient:missing=true", "group"),
        ("Procedure?subject=a", "group,patient,version"),
        ("Procedure?subject:missing=false", "far,group,number,patient,urn,version"),
        ("Procedure?patient.name=testperson", "patient,version"),
        ("Procedure?subject:Group.managing-entity:missing=true", "group"),
        ("Procedure?_filter=patient ne Patient/b", "far,patient,urn,version"),
        ("Procedure?_filter=patient ne Patient/a", "far,urn"), // R4 3.1.3: a reference with a version is one to the resource
        ("Procedure?_filter=subject ne Patient/a", "far,group,urn"),
        ("Procedure?_filter=subject ne Patient/a/_history/1", "far,group,patient,urn"),
        ("Procedure?_filter=subject ne https://far.example.org/Patient/a", "group,patient,urn,version"),
        ("Appointment?_filter=actor ne Location/house", "all"),
        ("Appointment?_filter=actor ne Location/ward", "all,place"),
        ("Patient?_has:Procedure:patient:status=completed", "a"),
        ("Patient?_has:Procedure:subject:status=completed", "a"),
        ("Group?_has:Procedure:subject:status=completed", "a"),
        ("Patient/a/Procedure?status=completed", "patient,version"),
        ("Appointment?patient=a", "all"),
        ("Appointment?practitioner=a", "all"),
        ("Appointment?practitioner=Location/ward", ""),
        ("Appointment?location=ward", "all"),
        ("Appointment?location:below=Location/house", "all,place"),
        ("Appointment?actor=a", "all"),
        ("Appointment?practitioner:missing=true", "place"),
    ];

    [Fact]
    public async Task What_refers_to_the_type_is_found_and_nothing_else()
    {
        await using var server = new FhirServer(engine);
        foreach (var (resource, members) in Resources)
        {
            var (type, id) = (resource.Split('/')[0], resource.Split('/')[1]);
            var put = await server.PutAsync(resource, $$"""{"resourceType":"{{type}}","id":"{{id}}",{{members}}}""");
            Assert.True((int)put.Status < 300, put.Text);
        }

        var wrong = new List<string>();
        foreach (var (query, ids) in Found)
        {
            var answer = await server.GetAsync(query.Replace("|", "%7C", StringComparison.Ordinal));
            var found = answer.Status == HttpStatusCode.OK ? string.Join(",", answer.Ids.Split(',').Order(StringComparer.Ordinal)) : answer.Text;
            if (found != ids)
                wrong.Add($"{query}: {found} instead of {ids}");
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        var back = await server.GetAsync("Patient?_id=a&_revinclude=Procedure:patient");
        Assert.Contains("Procedure/version", back.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Procedure/group", back.Text, StringComparison.Ordinal);
    }
}

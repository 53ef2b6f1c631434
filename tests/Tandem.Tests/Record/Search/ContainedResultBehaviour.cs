using System.Net;
using Tandem.Kernel.Data;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Search;

public sealed class SqliteContainedResultTests() : ContainedResultBehaviour(Engine.Sqlite);

public sealed class PostgresContainedResultTests() : ContainedResultBehaviour(Engine.Postgres);

/// <summary>Searches for contained resources in an order, with what goes along, by what points to them and by lists (R4 3.1.1.5.5).</summary>
public abstract class ContainedResultBehaviour(Engine engine)
{
    private const string Alone = "&_containedType=contained";

    private static readonly (string Reference, string Members)[] Kept =
    [
        ("Organization/acme", "\"name\":\"Acme\""),
        ("Organization/beta", "\"name\":\"Beta\""),
        ("Patient/own", "\"name\":[{\"family\":\"Barth\"}],\"birthDate\":\"1940-01-01\",\"gender\":\"other\""),
        ("Observation/a", Of("c1", "#p", APatient("p", "Beta", "\"birthDate\":\"1950-01-01\",\"gender\":\"male\""))),
        ("Observation/b", Of("c2", "#p", APatient("p", "alpha", "\"birthDate\":\"1950-01-01\",\"gender\":\"female\""))),
        ("Observation/c", Of("c2", "#p", APatient("p", "Gamma", "\"birthDate\":\"1930-01-01\""), APatient("q", "Aaron", "\"birthDate\":\"1990-01-01\"")) + ",\"focus\":[{\"reference\":\"#q\"}]"),
        ("Observation/d", Of("c1", "Patient/own")),
        ("List/l", "\"status\":\"current\",\"mode\":\"working\",\"entry\":[{\"item\":{\"reference\":\"#x1\"}},{\"item\":{\"reference\":\"Patient/own\"}}],\"contained\":[" + APatient("x1", "Zeta", "\"active\":true") + "," + APatient("x2", "Yota", "\"active\":true") + "]"),
        ("Provenance/v", "\"recorded\":\"2026-01-01T00:00:00Z\",\"agent\":[{\"who\":{\"display\":\"x\"}}],\"target\":[{\"reference\":\"Observation/a\"}]"),
        ("MedicationRequest/one", "\"text\":{\"status\":\"generated\",\"div\":\"<div xmlns='http://www.w3.org/1999/xhtml'>All round</div>\"},\"status\":\"active\",\"intent\":\"order\",\"subject\":{\"reference\":\"Patient/own\"},\"medicationReference\":{\"reference\":\"#m2\"},\"contained\":["
            + "{\"resourceType\":\"Medication\",\"id\":\"m1\",\"text\":{\"status\":\"generated\",\"div\":\"<div xmlns='http://www.w3.org/1999/xhtml'>Tablet</div>\"},\"code\":{\"coding\":[{\"code\":\"x7\"}]},\"manufacturer\":{\"reference\":\"Organization/acme\"}},"
            + "{\"resourceType\":\"Medication\",\"id\":\"m2\",\"code\":{\"coding\":[{\"code\":\"x2\"}]},\"manufacturer\":{\"reference\":\"Organization/beta\"},\"ingredient\":[{\"itemReference\":{\"reference\":\"#m1\"}}]}]"),
    ];

    /// <summary>Searches, what is found in its order, and what goes along in that of its names.</summary>
    private static readonly (string Query, string Found, string Along)[] Searches =
    [
        // 3.1.1.5.1: by the values of what is contained; what has none comes last; a resource around stands where the first of those it was found by stands
        ("Patient?_contained=true&_sort=family", "Observation/c,Observation/b,Observation/a,List/l", ""),
        ("Patient?_contained=true&_sort=-family", "List/l,Observation/c,Observation/a,Observation/b", ""),
        ("Patient?_contained=true&_sort=family" + Alone, "Observation/c#q,Observation/b#p,Observation/a#p,Observation/c#p,List/l#x2,List/l#x1", ""),
        ("Patient?_contained=true&_sort=birthdate,-family" + Alone, "Observation/c#p,Observation/a#p,Observation/b#p,Observation/c#q,List/l#x1,List/l#x2", ""),
        ("Patient?_contained=true&_sort=-birthdate,family" + Alone, "Observation/c#q,Observation/b#p,Observation/a#p,Observation/c#p,List/l#x2,List/l#x1", ""),
        ("Patient?_contained=true&_sort=birthdate,family", "Observation/c,Observation/b,Observation/a,List/l", ""),
        ("Patient?_contained=both&_sort=birthdate,family" + Alone, "Observation/c#p,Patient/own,Observation/b#p,Observation/a#p,Observation/c#q,List/l#x2,List/l#x1", ""),
        ("Patient?_contained=both&_sort=family", "Observation/c,Observation/b,Patient/own,Observation/a,List/l", ""),
        ("Patient?_contained=both&_sort=-family", "List/l,Observation/c,Observation/a,Patient/own,Observation/b", ""),
        ("Patient?_contained=true&birthdate=lt1960&_sort=-birthdate,-family", "Observation/a,Observation/b,Observation/c", ""),
        ("Patient?_contained=true&_sort=_id,family" + Alone, "Observation/b#p,Observation/a#p,Observation/c#p,Observation/c#q,List/l#x1,List/l#x2", ""),
        ("Patient?_contained=true&_sort=gender,-family" + Alone, "Observation/b#p,Observation/a#p,List/l#x1,List/l#x2,Observation/c#p,Observation/c#q", ""),
        ("Patient?_contained=true&_sort=-gender,family", "Observation/a,Observation/b,Observation/c,List/l", ""),
        ("Patient?_contained=both&birthdate:missing=false&_sort=gender,birthdate" + Alone, "Observation/b#p,Observation/a#p,Patient/own,Observation/c#p,Observation/c#q", ""),
        ("Medication?_contained=true&_sort=manufacturer" + Alone, "MedicationRequest/one#m1,MedicationRequest/one#m2", ""),
        ("Medication?_contained=true&_sort=-code" + Alone, "MedicationRequest/one#m1,MedicationRequest/one#m2", ""),

        // the time is that of the resource around
        ("Patient?_contained=true&_lastUpdated=gt2000&family=beta&_sort=_lastUpdated", "Observation/a", ""),
        ("Patient?_contained=true&_lastUpdated=lt2000", "", ""),
        ("Patient?_contained=true&_lastUpdated:missing=true", "", ""),

        // 3.1.1.4.16: by the resource around, and by others contained with it
        ("Patient?_contained=true&_has:Observation:subject:code=c1", "Observation/a", ""),
        ("Patient?_contained=true&_has:Observation:patient:code=c2&_sort=family" + Alone, "Observation/b#p,Observation/c#p", ""),
        ("Patient?_contained=true&_has:Observation:focus:status=final" + Alone, "Observation/c#q", ""),
        ("Patient?_contained=both&_has:Observation:subject:code=c1&_sort=-birthdate", "Observation/a,Patient/own", ""),
        ("Patient?_contained=true&_has:Observation:subject:code=c9", "", ""),
        ("Medication?_contained=true&_has:MedicationRequest:medication:status=active" + Alone, "MedicationRequest/one#m2", ""),
        ("Medication?_contained=true&_has:MedicationRequest:medication:status=completed", "", ""),
        ("Medication?_contained=true&_has:Medication:ingredient:code=x2" + Alone, "MedicationRequest/one#m1", ""),
        ("Medication?_contained=true&_has:Medication:ingredient:_has:MedicationRequest:medication:intent=order" + Alone, "MedicationRequest/one#m1", ""),
        ("MedicationRequest?medication._has:MedicationRequest:medication:status=active", "MedicationRequest/one", ""), // along a chain, too
        ("MedicationRequest?medication._has:Medication:ingredient:code=x2", "", ""),

        // 3.1.1.4.19 and 20: by its own words, not those around it
        ("Patient?_contained=true&_content=gamma", "Observation/c", ""),
        ("Patient?_contained=true&_content=gamma or alpha&_sort=family" + Alone, "Observation/b#p,Observation/c#p", ""),
        ("Patient?_contained=true&_content=gamma aaron", "", ""), // words of two
        ("Patient?_contained=true&_content=gamma NOT aaron" + Alone, "Observation/c#p", ""),
        ("Patient?_contained=true&_content=gam* OR bar*", "Observation/c", ""),
        ("Patient?_contained=both&_content=gam* OR bar*&_sort=family", "Patient/own,Observation/c", ""),
        ("Medication?_contained=true&_text=tablet" + Alone, "MedicationRequest/one#m1", ""),
        ("Medication?_contained=true&_text=round", "", ""), // the narrative of the resource around
        ("MedicationRequest?_text=round", "MedicationRequest/one", ""),
        ("MedicationRequest?_text=tablet", "", ""),
        ("MedicationRequest?medication._content=x2", "MedicationRequest/one", ""), // along a chain, too
        ("MedicationRequest?medication._content=x7", "", ""), // m1 is contained, and not the medication

        // 3.1.1.4.18: a list names what it contains itself
        ("Patient?_contained=true&_list=l" + Alone, "List/l#x1", ""),
        ("Patient?_contained=true&_list=l&family=yota", "", ""),
        ("Patient?_contained=both&_list=List/l&_sort=-family" + Alone, "List/l#x1,Patient/own", ""),
        ("Patient?_contained=true&_list=other", "", ""),

        // 3.1.1.5.3 and 4: from what was found, and from the resource around where that is the answer
        ("Medication?_contained=true&code=x2&_include=Medication:manufacturer" + Alone, "MedicationRequest/one#m2", "Organization/beta"),
        ("Medication?_contained=true&code=x2&_include=Medication:ingredient" + Alone, "MedicationRequest/one#m2", "MedicationRequest/one#m1"),
        ("Medication?_contained=true&code=x2&_include=Medication:ingredient&_include:iterate=Medication:manufacturer" + Alone, "MedicationRequest/one#m2", "MedicationRequest/one#m1,Organization/acme,Organization/beta"),
        ("Medication?_contained=true&code=x2&_include=Medication:manufacturer", "MedicationRequest/one", "Organization/beta"),
        ("Medication?_contained=true&code=x2&_include=MedicationRequest:subject", "MedicationRequest/one", "Patient/own"),
        ("Medication?_contained=true&code=x2&_include=MedicationRequest:subject" + Alone, "MedicationRequest/one#m2", ""),
        ("Medication?_contained=true&code=x2&_include=*", "MedicationRequest/one", "Organization/beta,Patient/own"),
        ("Medication?_contained=true&code=x2&_include=Medication:ingredient&_include:iterate=Medication:manufacturer&_sort=code", "MedicationRequest/one", "Organization/acme,Organization/beta"),
        ("Medication?_contained=true&code=x7&_revinclude=Medication:ingredient" + Alone, "MedicationRequest/one#m1", "MedicationRequest/one#m2"),
        ("Medication?_contained=true&code=x2&_revinclude=MedicationRequest:medication" + Alone, "MedicationRequest/one#m2", "MedicationRequest/one"),
        ("Medication?_contained=true&code=x2&_revinclude=MedicationRequest:medication", "MedicationRequest/one", ""),
        ("Patient?_contained=true&family=beta&_revinclude=Provenance:target", "Observation/a", "Provenance/v"),
        ("Patient?_contained=true&family=beta&_revinclude=*" + Alone, "Observation/a#p", "Observation/a"),
        ("Patient?_contained=true&family=beta&_revinclude=Observation:subject&_revinclude:iterate=Provenance:target" + Alone, "Observation/a#p", "Observation/a,Provenance/v"),
        ("Patient?_contained=both&birthdate=1940,1950&_revinclude=Observation:patient&_sort=birthdate,family" + Alone, "Patient/own,Observation/b#p,Observation/a#p", "Observation/a,Observation/b,Observation/d"),
        ("MedicationRequest?_include=MedicationRequest:medication&_include:iterate=Medication:manufacturer", "MedicationRequest/one", "Organization/beta"), // by way of what is contained
    ];

    [Fact]
    public async Task A_search_finds_in_its_order_and_brings_along()
    {
        await using var server = new FhirServer(engine);
        foreach (var (reference, members) in Kept)
        {
            var (type, id) = (reference.Split('/')[0], reference.Split('/')[1]);
            var answer = await server.PutAsync(reference, $"{{\"resourceType\":\"{type}\",\"id\":\"{id}\",{members}}}");
            Assert.True((int)answer.Status < 300, answer.Text);
        }

        foreach (var (query, found, along) in Searches)
        {
            foreach (var size in (int[])[1, 3, 50])
            {
                var seen = await EntriesAsync(server, $"{query}&_count={size}");
                Assert.Equal((query, size, found), (query, size, string.Join(",", seen.Where(entry => entry.Mode == "match").Select(entry => entry.Url))));
                Assert.Equal((query, size, along), (query, size, string.Join(",", seen.Where(entry => entry.Mode == "include").Select(entry => entry.Url).Distinct().Order(StringComparer.Ordinal))));
            }

            Assert.Equal((query, $"{(found.Length == 0 ? 0 : found.Split(',').Length)}"), (query, (await server.GetAsync($"{query}&_summary=count")).Json["total"u8].Text));
        }
    }

    /// <summary>The entries of all pages, each by what its address ends with.</summary>
    private static async Task<List<(string Url, string Mode)>> EntriesAsync(FhirServer server, string query)
    {
        var seen = new List<(string, string)>();
        for (string? next = query; next is not null;)
        {
            var page = await server.GetAsync(next);
            Assert.True(page.Status == HttpStatusCode.OK, $"{query}: {page.Text}");
            seen.AddRange(page.Json["entry"u8].Items.AsEnumerable().Select(entry => (entry["fullUrl"u8].Text!.Split("/fhir/")[1], entry["search"u8]["mode"u8].Text!)));
            next = page.Link("next");
        }

        return seen;
    }

    private static string Of(string code, string subject, params string[] contained) =>
        $"\"status\":\"final\",\"code\":{{\"coding\":[{{\"code\":\"{code}\"}}]}},\"subject\":{{\"reference\":\"{subject}\"}}" + (contained.Length == 0 ? "" : $",\"contained\":[{string.Join(",", contained)}]");

    private static string APatient(string id, string family, string members) => $"{{\"resourceType\":\"Patient\",\"id\":\"{id}\",\"name\":[{{\"family\":\"{family}\"}}],{members}}}";
}

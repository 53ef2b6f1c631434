using Tandem.Fhir.Views;
using Tandem.Kernel.Actors;
using Tandem.Record.Log;

namespace Tandem.Trust.People;

/// <summary>Names for ids: of patients whom the reader may see, each of whom is on the access log by that; of people who work here.</summary>
public static class ReachedNames
{
    /// <summary>The names of patients by logical id; who is not reached is missing.</summary>
    public static IReadOnlyDictionary<string, string> OfPatients(RecordStore record, IEnumerable<string> patients, AccessScope scope)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        var quiet = scope with { Trail = AccessTrail.None }; // an id without a name was not refused: it stays an id
        foreach (var id in patients.Distinct(StringComparer.Ordinal))
        {
            if (!record.Read("Patient", id, quiet).Succeeded(out var patient, out _) || HumanName.Of(patient.Root["name"u8].First).Words is not { Length: > 0 } name)
                continue;
            scope.Trail.Shown(id);
            names[id] = name;
        }

        return names;
    }

    /// <summary>The name of somebody who works here, or the reference.</summary>
    public static string OfActor(RecordStore record, string reference) =>
        reference.Split('/') is ["Practitioner", var id] && FindPeople.One(record, id) is { } account ? account.Display : reference;
}

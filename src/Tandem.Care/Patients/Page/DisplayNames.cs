using Tandem.Fhir.Views;
using Tandem.Kernel.Actors;
using Tandem.Record.Log;

namespace Tandem.Care.Patients;

/// <summary>How pages name teams, organisations and people that a resource only refers to. Each is read once per page.</summary>
public sealed class DisplayNames(RecordStore record, AccessScope scope)
{
    private readonly Dictionary<string, string> known = new(StringComparer.Ordinal);

    /// <summary>The name; the reference's id when the record has none.</summary>
    public string Of(string reference)
    {
        if (!known.TryGetValue(reference, out var name))
            known[reference] = name = Find(reference);
        return name;
    }

    private string Find(string reference)
    {
        if (reference == Actor.Hub.Reference)
            return Actor.Hub.Display;
        var slash = reference.IndexOf('/', StringComparison.Ordinal);
        if (slash <= 0)
            return reference;
        var (type, id) = (reference[..slash], reference[(slash + 1)..]);
        if (!record.Read(type, id, scope).Succeeded(out var version, out _))
            return id;
        var name = version.Root["name"u8];
        return name.Text
            ?? (type is "Practitioner" or "RelatedPerson" or "Patient" && new HumanName(name.First).Words is { Length: > 0 } words ? words : null)
            ?? version.Root["practitioner"u8]["display"u8].Text
            ?? version.Root["deviceName"u8].First["name"u8].Text
            ?? id;
    }
}

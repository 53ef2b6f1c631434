using Tandem.Fhir.Json;
using Tandem.Fhir.Views;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Rest;

namespace Tandem.Record.Bundles;

/// <summary>What has to hold for an entry to be worked, which a request of its own says in headers (R4 3.1.0.11). A condition that its method does not know is refused, never dropped.</summary>
/// <param name="IfMatch">The version that has to be current; null for any.</param>
/// <param name="IfNoneMatch">Of a GET: the version the client has, as an ETag; of a PUT <c>*</c>: nothing may be there yet.</param>
/// <param name="IfModifiedSince">When the client read what it has.</param>
/// <param name="IfNoneExist">The query that must find nothing for a POST to create.</param>
internal sealed record EntryConditions(VersionMatch? IfMatch, string? IfNoneMatch, DateTimeOffset? IfModifiedSince, string? IfNoneExist)
{
    internal static readonly EntryConditions None = new(null, null, null, null);

    /// <summary>Reads the conditions of an entry's request, whose members are known to be strings.</summary>
    internal static Outcome<EntryConditions> Read(FhirNode request, EntryAddress to, int index)
    {
        var (ifMatch, ifNoneMatch, ifModifiedSince, ifNoneExist) = (request["ifMatch"u8].Text, request["ifNoneMatch"u8].Text, request["ifModifiedSince"u8].Text, request["ifNoneExist"u8].Text);
        if ((ifMatch ?? ifNoneMatch ?? ifModifiedSince ?? ifNoneExist) is null)
            return None;
        if (ifMatch is not null && to.Method is EntryMethod.Get or EntryMethod.Post)
            return Unknown(index, "ifMatch", "PUT, PATCH and DELETE");
        if (ifNoneMatch is not null && !to.IsRead && to.Method != EntryMethod.Put)
            return Unknown(index, "ifNoneMatch", "PUT and the read of one resource");
        if (ifModifiedSince is not null && !to.IsRead)
            return Unknown(index, "ifModifiedSince", "the read of one resource");
        if (ifNoneExist is not null && (to.Method != EntryMethod.Post || to.IsInteraction))
            return Unknown(index, "ifNoneExist", "a POST that creates");
        if (to.Method == EntryMethod.Put && !Preconditions.IsNewOnly(ifNoneMatch).Succeeded(out _, out var refusal))
            return refusal.At(index, ".request.ifNoneMatch");
        if (!FhirDateTime.TryParse(ifModifiedSince, out var since) && ifModifiedSince is not null)
            return BundleEntry.Wrong(index, ".request.ifModifiedSince", "value", "ifModifiedSince has to be an instant.");
        return Preconditions.VersionOf(ifMatch).Succeeded(out var version, out refusal)
            ? new EntryConditions(version, ifNoneMatch, ifModifiedSince is null ? null : since.Low(TimeZoneInfo.Utc), ifNoneExist)
            : refusal.At(index, ".request.ifMatch");
    }

    private static Refusal Unknown(int index, string condition, string methods) =>
        BundleEntry.Wrong(index, $".request.{condition}", "not-supported", $"{condition} is a condition of {methods}.");
}

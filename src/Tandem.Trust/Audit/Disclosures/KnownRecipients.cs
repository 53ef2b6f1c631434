using Microsoft.Extensions.DependencyInjection;

namespace Tandem.Trust.Audit;

/// <summary>Who is known to have received something of a patient's record in the last six years, for whoever has to tell them of a change. What is held back for an agency is left out, since the patient reads who is told.</summary>
public static class KnownRecipients
{
    /// <summary>Each by name and address, once, without apps of the patient's own and openings in an emergency; empty where no access log is kept.</summary>
    /// <param name="services">Of the hub.</param>
    /// <param name="patient">Logical id. Who asks has to be one who answers for privacy.</param>
    public static async Task<IReadOnlyList<string>> OfAsync(IServiceProvider services, string patient) => services.GetService<FindDisclosures>() is not { } find ? [] :
    [
        .. (await find.OfAsync(patient, Accounting.MostYears)).Lines.Where(line => line.Kind is not (DisclosureKind.App or DisclosureKind.Emergency))
            .Select(line => line.Address.Length > 0 ? $"{line.Recipient}, {line.Address}" : line.Recipient).Distinct(StringComparer.Ordinal),
    ];
}

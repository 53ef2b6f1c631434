using System.Globalization;
using Tandem.Fhir.Json;
using Tandem.Kernel.Actors;
using Tandem.Record.Log;
using Tandem.Record.Search;

namespace Tandem.Trust.Smart;

/// <summary>Somebody an app may be connected to, as the page names them.</summary>
internal sealed record ConsentPatient(string Id, string Name, DateOnly? Born);

/// <summary>Finds the patients among whom a person chooses: only those the person may see, by name, birth date or number.</summary>
internal static class FindConsentPatients
{
    internal const int Most = 10;

    /// <summary>Up to <see cref="Most"/> people; none for an empty search.</summary>
    internal static IReadOnlyList<ConsentPatient> Find(RecordSearch search, string? text, AccessScope scope)
    {
        var words = (text ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Take(6).ToList();
        if (words.Count == 0)
            return [];
        var query = string.Join('&', words.Select(Criterion));
        return search.Find("Patient", query, scope, Most).Succeeded(out var found, out _) ? [.. found.Select(Read)] : [];
    }

    /// <summary>One patient, or null when the person may not see them.</summary>
    internal static ConsentPatient? One(RecordStore record, string id, AccessScope scope) =>
        record.Read("Patient", id, scope).Succeeded(out var version, out _) ? Read(version) : null;

    private static string Criterion(string word)
    {
        var name = DateOnly.TryParseExact(word, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _) ? "birthdate"
            : word.Any(char.IsAsciiDigit) ? "identifier" : "name";
        var value = word.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(",", "\\,", StringComparison.Ordinal)
            .Replace("$", "\\$", StringComparison.Ordinal).Replace("|", "\\|", StringComparison.Ordinal);
        return $"{name}={Uri.EscapeDataString(value)}";
    }

    private static ConsentPatient Read(ResourceVersion version)
    {
        var name = version.Root["name"u8].First;
        var given = string.Join(' ', name["given"u8].Items.AsEnumerable().Select(part => part.Text));
        var full = name["text"u8].Text ?? $"{given} {name["family"u8].Text}".Trim();
        return new ConsentPatient(
            version.Id, full.Length > 0 ? full : version.Id,
            DateOnly.TryParseExact(version.Root["birthDate"u8].Text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var born) ? born : null);
    }
}

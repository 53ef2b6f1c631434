using System.Globalization;
using Tandem.Fhir.Json;
using Tandem.Kernel.Actors;
using Tandem.Record.Log;
using Tandem.Record.Search;

namespace Tandem.Trust.People;

/// <summary>A patient, as pages name them among others.</summary>
/// <param name="Id">Logical id.</param>
/// <param name="Name">Full name, or the id.</param>
/// <param name="Born">Null unless the whole day is known.</param>
public sealed record NamedPatient(string Id, string Name, DateOnly? Born);

/// <summary>Finds patients among whom a person chooses: only those the person may see, by name, birth date or number.</summary>
public static class PatientsByName
{
    public const int Most = 10;

    /// <summary>Up to <see cref="Most"/> people; none for an empty search.</summary>
    public static IReadOnlyList<NamedPatient> Find(RecordSearch search, string? text, AccessScope scope)
    {
        var words = (text ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Take(6).ToList();
        if (words.Count == 0)
            return [];
        var query = string.Join('&', words.Select(Criterion));
        return search.Find("Patient", query, scope, Most).Succeeded(out var found, out _) ? [.. found.Select(Read)] : [];
    }

    /// <summary>One patient, or null when the person may not see them.</summary>
    public static NamedPatient? One(RecordStore record, string id, AccessScope scope) =>
        record.Read("Patient", id, scope).Succeeded(out var version, out _) ? Read(version) : null;

    private static string Criterion(string word)
    {
        var name = DateOnly.TryParseExact(word, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _) ? "birthdate"
            : word.Any(char.IsAsciiDigit) ? "identifier" : "name";
        var value = word.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(",", "\\,", StringComparison.Ordinal)
            .Replace("$", "\\$", StringComparison.Ordinal).Replace("|", "\\|", StringComparison.Ordinal);
        return $"{name}={Uri.EscapeDataString(value)}";
    }

    private static NamedPatient Read(ResourceVersion version)
    {
        var name = version.Root["name"u8].First;
        var given = string.Join(' ', name["given"u8].Items.AsEnumerable().Select(part => part.Text));
        var full = name["text"u8].Text ?? $"{given} {name["family"u8].Text}".Trim();
        return new NamedPatient(
            version.Id, full.Length > 0 ? full : version.Id,
            DateOnly.TryParseExact(version.Root["birthDate"u8].Text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var born) ? born : null);
    }
}

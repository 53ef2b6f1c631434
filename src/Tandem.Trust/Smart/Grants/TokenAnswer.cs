using System.Text.Json.Serialization;

namespace Tandem.Trust.Smart;

/// <summary>What the token endpoint answers (RFC 6749 5.1; SMART App Launch 2.2, launch context arrives with the access token).</summary>
internal sealed record TokenAnswer(string AccessToken, int ExpiresIn, string Scope)
{
    public string TokenType { get; } = "Bearer";

    public string? RefreshToken { get; init; }

    public string? IdToken { get; init; }

    public string? Patient { get; init; }

    public string? Encounter { get; init; }

    /// <summary>True with a patient in context: the hub puts no banner over the app.</summary>
    public bool? NeedPatientBanner { get; init; }

    /// <summary>How the hub looks, for apps of a person; null for services.</summary>
    public string? SmartStyleUrl { get; init; }

    [JsonPropertyName("fhirContext")]
    public IReadOnlyList<ContextItem>? FhirContext { get; init; }
}

/// <summary>A thing in context beside patient and encounter.</summary>
internal sealed record ContextItem([property: JsonPropertyName("reference")] string Reference);

using System.Net;

namespace Tandem.Tests.Trust.Smart;

/// <summary>Something that nobody may get through with.</summary>
/// <param name="Name">What is tried.</param>
/// <param name="Try">Tries it; null when it was refused as it has to be, else what happened.</param>
internal sealed record OAuthAttempt(string Name, Func<SmartHub, Task<string?>> Try)
{
    /// <summary>Refused: an error of OAuth with the right status, and no token anywhere.</summary>
    internal static string? Refused(Answer answer, params string[] errors) =>
        answer.Status is HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden && !answer.Text.Contains("access_token", StringComparison.Ordinal)
        && (errors.Length == 0 || errors.Contains(answer.Error))
            ? null
            : $"{answer.Status} {answer.Text}";
}

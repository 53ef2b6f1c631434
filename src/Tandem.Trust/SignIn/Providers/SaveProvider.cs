using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;
using Tandem.Trust.People;

namespace Tandem.Trust.SignIn.Providers;

/// <summary>What is asked about an identity provider. An empty secret leaves the one that is kept; short keys are taken only while <c>TakesShortKeys</c> is said with each change.</summary>
internal sealed record ProviderForm(string Issuer, string ClientId, string Secret, string LoginClaim, string RoleClaim, string RoleMap, bool MakesAccounts, string Strengths = "", bool TakesShortKeys = false);

/// <summary>An organisation's identity provider is set, changed or (with an empty issuer) removed. Sessions that it began end with a change of issuer.</summary>
internal sealed class SaveProvider(RecordStore record, ProviderSignIn providers, SignInJournal journal)
{
    internal async Task<Outcome<int>> HandleAsync(string organization, ProviderForm form, AccessScope scope, CancellationToken cancel)
    {
        if (Administration.Refuse(scope) is { } refusal)
            return refusal;
        return await record.WriteAsync<int>(
            Administration.Writing(scope),
            session =>
            {
                if (Administration.RefuseFor(organization, Administration.Within(session, scope)) is { } notYours)
                    return notYours;
                if (session.Find("Organization", organization) is not { Deleted: false })
                    return Refusal.NotFound("This organisation no longer exists.");
                if (form.Issuer.Length > 0 && Decide(form) is { Count: > 0 } problems)
                    return Refusal.Invalid("The identity provider cannot be saved like this.", problems);
                var kept = session.Query(ProviderSettings.ReadOne, ProviderSettings.Read, organization).FirstOrDefault();
                if (form.Issuer.Length == 0)
                {
                    session.Remove(ProviderSettings.Providers, organization);
                    session.Remove(ProviderSettings.StrengthsAsked, organization);
                    session.Remove(ProviderSettings.ShortKeys, organization);
                }
                else
                    new ProviderSettings(
                        organization, form.Issuer, form.ClientId, form.Secret.Length > 0 ? providers.Seal(form.Secret) : kept?.Issuer == form.Issuer ? kept.SealedSecret : null,
                        form.LoginClaim, form.RoleClaim, form.RoleMap.ReplaceLineEndings("\n").Trim(), form.MakesAccounts,
                        string.Join(' ', form.Strengths.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)),
                        form.TakesShortKeys ? (kept?.Issuer == form.Issuer ? kept.ShortKeysSince : null) ?? session.Now : null).Write(session);
                var keys = form is { TakesShortKeys: true, Issuer.Length: > 0 } ? $", RSA keys from {KeyLength.LeastRsa} bits accepted" : "";
                journal.Note(session, new SignInEvent(SignInAct.ProvisioningChanged, null, $"identity provider of {organization}{keys}", By: scope.Actor.Reference));
                return 0;
            },
            cancel);
    }

    internal static IReadOnlyList<RefusalDetail> Decide(ProviderForm form)
    {
        var problems = new List<RefusalDetail>();
        if (!Uri.TryCreate(form.Issuer, UriKind.Absolute, out var issuer) || !ProviderDiscovery.IsAllowed(issuer) || issuer.Query.Length > 0 || issuer.Fragment.Length > 0)
            problems.Add(new("value", ProviderWords.IssuerWrong, "issuer"));
        if (form.ClientId.Length is 0 or > 200)
            problems.Add(new("required", ProviderWords.ClientMissing, "clientId"));
        if (form.LoginClaim.Length is 0 or > 100)
            problems.Add(new("required", ProviderWords.ClaimMissing, "loginClaim"));
        var wrong = form.RoleMap.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .FirstOrDefault(line => line.Split('=', 2, StringSplitOptions.TrimEntries) is not [{ Length: > 0 }, var role] || !Roles.OfStaff.Contains(role));
        if (wrong is not null)
            problems.Add(new("value", ProviderWords.MapWrong.With(wrong), "roleMap"));
        return problems;
    }
}

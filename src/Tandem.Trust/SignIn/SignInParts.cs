using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Tandem.Trust.SignIn.Passkeys;
using Tandem.Trust.SignIn.Passwords;
using Tandem.Trust.SignIn.Providers;

namespace Tandem.Trust.SignIn;

/// <summary>The parts of the means of signing in.</summary>
internal static class SignInParts
{
    internal static IServiceCollection AddSignInMeans(this IServiceCollection services)
    {
        services.AddSingleton<StepCookie>();
        services.AddSingleton<Passkeys.Passkeys>();
        services.AddSingleton<SecretKeeping>();
        services.AddSingleton<SignInThrottle>();
        services.AddSingleton<KnownDevice>();
        services.AddSingleton<PasswordSignIn>();
        services.AddSingleton<LeakedPasswords>();
        services.AddSingleton<SetUpPassword>();
        services.AddSingleton<ProviderDiscovery>();
        services.AddSingleton<ProviderSignIn>();
        services.AddSingleton<ProviderLogout>();
        services.AddSingleton<ProviderPeople>();
        services.AddSingleton<SaveProvider>();
        services.AddIdentityCore<PasskeyHolder>().AddUserStore<PasskeyStore>();
        services.AddScoped<IPasskeyHandler<PasskeyHolder>, PasskeyHandler<PasskeyHolder>>();
        services.AddOptions<IdentityPasskeyOptions>().Configure<SignInOptions>((passkeys, site) =>
        {
            passkeys.ServerDomain = site.PasskeyDomain.Length > 0 ? site.PasskeyDomain : null;
            passkeys.ResidentKeyRequirement = "required";
            passkeys.UserVerificationRequirement = "required";
            passkeys.AttestationConveyancePreference = "none";
        });
        return services;
    }
}

using System.IO.Compression;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Localization;
using Microsoft.AspNetCore.ResponseCompression;
using Tandem.Hub.Hosting;
using Tandem.Hub.Layout;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Pages;
using Tandem.Record.Log;

namespace Tandem.Hub.Pages;

/// <summary>The pages of the hub: what they need, in which order a request meets it, and their routes.</summary>
internal static class PagesModule
{
    /// <summary>The hub's own assets, also when another program (tests, benchmarks) hosts it.</summary>
    private const string Manifest = "Tandem.Hub.staticwebassets.endpoints.json";

    internal static void AddPages(this WebApplicationBuilder builder, HubSettings hub, SiteSettings site)
    {
        builder.WebHost.UseStaticWebAssets(); // also from a build that was not published
        builder.WebHost.UseSetting("ReloadStaticAssetsAtRuntime", "false"); // ASP.NET would pack the assets of such a build anew, without making them smaller
        var services = builder.Services;
        services.AddSingleton(site);
        services.AddKeyRing(hub);
        services.AddHttpContextAccessor();
        services.AddSingleton(provider => new LiveTopics(provider.GetRequiredService<RecordStore>().Signal.LastSeq));
        services.AddSingleton<FlashCarrier>();
        services.AddSingleton<SealedFilters>();
        services.AddScoped<PageTime>();
        services.AddScoped<Preferences>();
        services.AddRazorComponents();
        services.AddCascadingAuthenticationState();
        services.AddExceptionHandler<Incidents>();
        services.AddAntiforgery(options =>
        {
            options.Cookie.Name = hub.IsSecure ? "__Host-tandem-form" : "tandem-form";
            options.Cookie.SecurePolicy = hub.IsSecure ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
            options.Cookie.Path = "/";
            options.Cookie.SameSite = SameSiteMode.Strict;
            options.FormFieldName = "form-token";
            options.SuppressXFrameOptionsHeader = true; // frame-ancestors says it
        });
        services.AddSingleton<IResponseCompressionProvider, OwnPagesCompression>();
        services.AddResponseCompression(options =>
        {
            options.EnableForHttps = true; // but not for who comes from another site: OwnPagesCompression
            options.Providers.Add<BrotliCompressionProvider>();
            options.Providers.Add<GzipCompressionProvider>();
        });
        services.Configure<BrotliCompressionProviderOptions>(options => options.Level = CompressionLevel.Fastest);
    }

    /// <summary>Headers, errors, compression and language, around every request. First in the pipeline.</summary>
    internal static void UsePages(this WebApplication app)
    {
        app.UseMiddleware<SecurityHeaders>();
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandlingPath = "/error/500",
            CreateScopeForErrors = true,
            SuppressDiagnosticsCallback = _ => true, // Incidents has logged it
        });
        app.UseStatusCodePagesWithReExecute("/error/{0}", createScopeForStatusCodePages: true);
        app.Use(ErrorsAreRead);
        app.Use(OnlyForReaders);
        app.UseWhen(static context => !IsFhir(context), static pages => pages.UseResponseCompression().UseRequestLocalization(Localization())); // FHIR packs by itself, and has one language
    }

    /// <summary>Routes of pages, assets, preferences and the stream of changes. After authentication.</summary>
    internal static void MapPages(this WebApplication app, HubExtension extension)
    {
        app.UseFormTokens();
        app.MapStaticAssets(Manifest);
        app.MapPreferences();
        app.MapLive();
        app.MapGet("/", (HttpContext context) => Results.LocalRedirect(SitePlaces.HomeOf(context.Scope()))).ExcludeFromDescription();
        app.MapRazorComponents<App>().AddAdditionalAssemblies([.. PageAssemblies.BeyondTheHub(extension)]).WithStaticAssets(Manifest);
    }

    /// <summary>The page of an error is read, also when what went wrong was a post: its form is not looked at, and not refused, a second time.</summary>
    private static Task ErrorsAreRead(HttpContext context, RequestDelegate next)
    {
        if (HttpMethods.IsPost(context.Request.Method) && (context.Features.Get<IStatusCodeReExecuteFeature>() is not null || context.Features.Get<IExceptionHandlerFeature>() is not null))
        {
            context.Request.Method = HttpMethods.Get;
            context.Features.Set<IAntiforgeryValidationFeature>(null);
        }

        return next(context);
    }

    /// <summary>A person is at the other end, and wants to read.</summary>
    internal static bool WantsPage(HttpContext context) =>
        !IsFhir(context)
        && context.Request.Headers.Accept.Any(accept => accept?.Contains("text/html", StringComparison.OrdinalIgnoreCase) is true);

    private static bool IsFhir(HttpContext context) => context.Request.Path.StartsWithSegments("/fhir", StringComparison.Ordinal);

    /// <summary>Programs get the bare status, not a page.</summary>
    private static Task OnlyForReaders(HttpContext context, RequestDelegate next)
    {
        if (!WantsPage(context) && context.Features.Get<IStatusCodePagesFeature>() is { } pages)
            pages.Enabled = false;
        return next(context);
    }

    private static RequestLocalizationOptions Localization()
    {
        var cultures = Languages.All.Select(Languages.Culture).ToList();
        return new RequestLocalizationOptions
        {
            DefaultRequestCulture = new RequestCulture(cultures[0]),
            SupportedCultures = cultures,
            SupportedUICultures = cultures,
            RequestCultureProviders =
            [
                new CustomRequestCultureProvider(context => Task.FromResult<ProviderCultureResult?>(ChosenOrAccepted(context.Request, context.RequestServices.GetRequiredService<SiteSettings>()))),
            ],
        };
    }

    private static ProviderCultureResult ChosenOrAccepted(HttpRequest request, SiteSettings site)
    {
        var language = Preferences.LanguageOf(request) ?? request.GetTypedHeaders().AcceptLanguage
            .OrderByDescending(accepted => accepted.Quality ?? 1)
            .Select(accepted => accepted.Value.Value?.Split('-')[0])
            .FirstOrDefault(Languages.All.Contains);
        return new ProviderCultureResult(Languages.Culture(language ?? site.Language).Name);
    }
}

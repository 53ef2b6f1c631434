using Tandem.Kernel.Actors;

namespace Tandem.Record.Validation;

/// <summary>What a feed's own settings say of validation; null where they leave it to the site.</summary>
/// <param name="actor">Who writes (FHIR reference).</param>
/// <param name="isFeed">True when that is a feed of messages at all.</param>
public delegate ValidationMode? FeedValidation(string actor, out bool isFeed);

/// <summary>Says how what somebody writes is validated: by app, by feed, by <c>meta.source</c>, by the site. Thread-safe.</summary>
public sealed class ValidationModes(ValidationSettings settings, FeedValidation? feeds = null)
{
    private readonly bool isAnyKept = settings.Rest == ValidationMode.Warn || settings.Clients.Values.Concat(settings.Sources.Values).Contains(ValidationMode.Warn);

    /// <summary>What holds for a write.</summary>
    /// <param name="scope">On whose behalf.</param>
    /// <param name="source">The resource's <c>meta.source</c>, or null.</param>
    public ValidationMode Of(AccessScope scope, string? source)
    {
        if (scope.App is { } app && settings.Clients.TryGetValue(app, out var ofApp))
            return ofApp;
        if (OfFeed(scope.Actor.Reference) is { } ofFeed)
            return ofFeed;
        return source is not null && settings.Sources.TryGetValue(source, out var own) ? own : settings.Rest;
    }

    /// <summary>What holds for an app or a service, by its client_id, where nothing more special is set for what it writes.</summary>
    /// <param name="client">Its client_id.</param>
    /// <param name="isOwn">True when it is set for this app; false when it has what the FHIR interface has.</param>
    public ValidationMode OfApp(string client, out bool isOwn) => (isOwn = settings.Clients.TryGetValue(client, out var own)) ? own : settings.Rest;

    /// <summary>What holds for a feed; null for everybody else.</summary>
    public ValidationMode? OfFeed(string actor)
    {
        var isFeed = false;
        return feeds?.Invoke(actor, out isFeed) is { } own ? own : isFeed ? settings.Feeds : null;
    }

    /// <summary>False when nothing that this actor writes can have notes kept.</summary>
    internal bool MayKeep(string actor) => OfFeed(actor) is { } ofFeed ? ofFeed == ValidationMode.Warn : isAnyKept;
}

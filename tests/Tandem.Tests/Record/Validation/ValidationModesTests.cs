using Tandem.Kernel.Actors;
using Tandem.Record.Validation;
using Xunit;

namespace Tandem.Tests.Record.Validation;

public sealed class ValidationModesTests
{
    private static readonly Dictionary<string, ValidationMode> Warned = new() { ["a"] = ValidationMode.Warn };

    private static ValidationModes Modes(ValidationSettings settings, ValidationMode? feed = null) =>
        new(settings, (string actor, out bool isFeed) => (isFeed = actor.StartsWith("Device/", StringComparison.Ordinal)) ? feed : null);

    [Theory] // an app, then a feed, then the source that the resource states
    [InlineData("a", "Device/f", ValidationMode.Warn)]
    [InlineData("other", "Device/f", ValidationMode.Enforce)]
    [InlineData(null, "Practitioner/p", ValidationMode.Off)]
    public void What_is_more_special_goes_before(string? app, string actor, ValidationMode mode)
    {
        var settings = new ValidationSettings { Clients = Warned, Sources = new Dictionary<string, ValidationMode> { ["urn:s"] = ValidationMode.Off } };
        var scope = AccessScope.System with { App = app, Actor = AccessScope.System.Actor with { Reference = actor } };

        Assert.Equal(mode, Modes(settings, ValidationMode.Enforce).Of(scope, "urn:s"));
    }

    [Fact]
    public void Notes_are_kept_where_anything_is_to_be_noted()
    {
        Assert.True(Modes(new() { Rest = ValidationMode.Warn }).MayKeep("Practitioner/p"));
        Assert.True(Modes(new() { Clients = Warned }).MayKeep("Practitioner/p"));
        Assert.True(Modes(new() { Sources = Warned }).MayKeep("Practitioner/p"));
        Assert.True(Modes(new(), ValidationMode.Warn).MayKeep("Device/f"));
        Assert.False(Modes(new() { Clients = Warned }).MayKeep("Device/f"));
        Assert.False(Modes(new()).MayKeep("Practitioner/p"));
    }
}

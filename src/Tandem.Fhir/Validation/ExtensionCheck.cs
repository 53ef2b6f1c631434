using Tandem.Fhir.Definitions;
using Tandem.Fhir.FhirPath;
using Tandem.Fhir.Json;
using Tandem.Fhir.Structure;

namespace Tandem.Fhir.Validation;

/// <summary>
/// An extension against its definition (R4 2.4): what it holds, and where it may stand. One that nobody here defines is noted; a modifier
/// that is not known makes its holder unsafe to read and is an error (R4 2.4.1).
/// </summary>
/// <param name="run">The validation.</param>
/// <param name="resource">The resource that the extension lies in.</param>
/// <param name="root">The resource around that one, or the same.</param>
internal sealed class ExtensionCheck(ValidationRun run, FhirNode resource, FhirNode root)
{
    /// <param name="extension">The extension.</param>
    /// <param name="element">The element it hangs in (<c>extension</c>, <c>modifierExtension</c>), or the primitive element whose part it is.</param>
    /// <param name="isPart">True for one within another extension.</param>
    internal void Check(in FhirValue extension, FhirElement? element, bool isPart)
    {
        if (extension.Node["url"u8].Text is not { } url)
            return;
        if (!url.Contains(':', StringComparison.Ordinal))
        {
            // parts of a complex extension are checked with it
            if (!isPart)
                run.Add(IssueSeverity.Error, "extension", "The url of an extension is absolute; a plain name is for a part of another extension.", extension);
            return;
        }

        var isModifier = element?.Name == "modifierExtension";
        if (run.Validator.Profiles.Find(url, out var fault) is not { } profile)
        {
            Unknown(extension, isModifier, fault);
            return;
        }

        if (profile.Type != "Extension")
        {
            run.Add(IssueSeverity.Error, "extension", "The url of this extension names a definition that is no extension.", extension);
            return;
        }

        if (profile.IsModifier != isModifier && element?.Name is "extension" or "modifierExtension")
            WrongPlace(extension, profile);
        if (element is not null)
            Place(extension, profile);
        new ProfilePass(run, resource, root).Check(profile, extension);
        Parts(extension.Node, profile.Root, profile.Name);
    }

    /// <summary>A part with a plain name means what the definition says of it, and nothing where it does not know the name.</summary>
    private void Parts(FhirNode extension, ProfileNode definition, string name)
    {
        if (definition.Children.Find(child => child.Name == "extension") is not { Slices: { Count: > 0 } known })
            return;
        foreach (var part in extension["extension"u8].Items)
        {
            if (part["url"u8].Text is not { } url || url.Contains(':', StringComparison.Ordinal))
                continue;
            if (known.Find(slice => (slice.Children.Find(child => child.Name == "url")?.Fixed.Text ?? slice.SliceName) == url) is { } slice)
                Parts(part, slice, name);
            else
                run.Add(IssueSeverity.Error, "extension", $"The extension {name} has no part of this name.", FhirValue.Element(part, default, null));
        }
    }

    /// <summary>Any of the places it may have will do; every rule about the place has to hold.</summary>
    private void Place(in FhirValue extension, Profile profile)
    {
        if (profile.ContextRules.Count == 0 && (profile.Contexts.Count == 0 || profile.Contexts.Any(place => place.IsAnywhere)))
            return;
        var holder = new ExtensionHolder(resource, extension.Node, run.Walked);
        if (profile.Contexts.Count > 0 && !profile.Contexts.Any(place => place.Allows(holder, run, root)))
        {
            run.Add(
                IssueSeverity.Error, "extension",
                $"The extension {profile.Name} must not stand here; it belongs on {string.Join(", ", profile.Contexts.Select(place => place.Expression))}.", extension);
        }

        foreach (var rule in profile.ContextRules)
            rule.Check(holder.Value, extension, run.OwnContext(resource, root).With("extension", extension), run);
    }

    private void WrongPlace(in FhirValue extension, Profile profile)
    {
        var why = profile.IsModifier ? "modifies what it stands on; it has to be a modifierExtension" : "modifies nothing; it must not be a modifierExtension";
        run.Add(IssueSeverity.Error, "extension", $"The extension {profile.Name} {why}.", extension);
    }

    private void Unknown(in FhirValue extension, bool isModifier, string? fault)
    {
        if (isModifier)
            run.Add(IssueSeverity.Error, "extension", "This modifier extension is not known here, so what it modifies cannot be understood safely. Load its definition.", extension);
        else
            run.Add(IssueSeverity.Information, "informational", fault ?? "This extension is not known here; it is kept as sent and not checked.", extension);
    }
}

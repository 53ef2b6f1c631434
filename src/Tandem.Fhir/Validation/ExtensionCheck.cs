using Tandem.Fhir.Definitions;
using Tandem.Fhir.FhirPath;
using Tandem.Fhir.Structure;

namespace Tandem.Fhir.Validation;

/// <summary>
/// An extension against its definition (R4 2.4): what it holds, and where it may stand. One that nobody here defines is noted; a modifier
/// that is not known makes its holder unsafe to read and is an error (R4 2.4.1).
/// </summary>
internal sealed class ExtensionCheck(ValidationRun run)
{
    /// <param name="extension">The extension.</param>
    /// <param name="element">The element it hangs in (<c>extension</c>, <c>modifierExtension</c>), or the primitive element whose part it is.</param>
    /// <param name="owner">The type that has the element.</param>
    internal void Check(in FhirValue extension, FhirElement? element, FhirType? owner)
    {
        if (extension.Node["url"u8].Text is not { } url || !url.Contains(':', StringComparison.Ordinal))
            return; // parts of a complex extension are checked with it
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
        var value = extension;
        if (profile.Contexts.Count > 0 && element is not null && owner is not null && !profile.Contexts.Any(place => place.Allows(element, owner, value)))
        {
            run.Add(
                IssueSeverity.Error, "extension",
                $"The extension {profile.Name} must not stand here; it belongs on {string.Join(", ", profile.Contexts.Select(place => place.Expression))}.", extension);
        }

        new ProfilePass(run).Check(profile, extension);
    }

    private void WrongPlace(in FhirValue extension, Profile profile)
    {
        if (profile.IsModifier)
            run.Add(IssueSeverity.Error, "extension", $"The extension {profile.Name} modifies what it stands on; it has to be a modifierExtension.", extension);
    }

    private void Unknown(in FhirValue extension, bool isModifier, string? fault)
    {
        if (isModifier)
            run.Add(IssueSeverity.Error, "extension", "This modifier extension is not known here, so what it modifies cannot be understood safely. Load its definition.", extension);
        else
            run.Add(IssueSeverity.Information, "informational", fault ?? "This extension is not known here; it is kept as sent and not checked.", extension);
    }
}

/// <summary>A place where an extension may stand (R4 2.4.0.2, StructureDefinition.context).</summary>
/// <param name="Type"><c>element</c>, <c>extension</c> or <c>fhirpath</c>.</param>
/// <param name="Expression">A path, a type, an extension's address, or an expression.</param>
internal sealed record ExtensionContext(string Type, string Expression)
{
    internal bool Allows(FhirElement element, FhirType owner, FhirValue extension) => Type switch
    {
        "element" => AllowsElement(element, owner, extension),
        "extension" => owner.Name == "Extension",
        _ => true, // an expression that selects elements of the whole resource is not followed
    };

    private bool AllowsElement(FhirElement element, FhirType owner, FhirValue extension)
    {
        if (Expression is "Element" or "Resource" or "DomainResource" or "BackboneElement" || Expression.StartsWith("http", StringComparison.Ordinal))
            return true;
        return Places(element, owner, extension).Contains(Expression.Replace("[x]", "", StringComparison.Ordinal), StringComparer.Ordinal);
    }

    /// <summary>Every name for the place: its path by the type that has it, and the types of what the extension hangs on.</summary>
    private static IEnumerable<string> Places(FhirElement element, FhirType owner, FhirValue extension)
    {
        if (element.Name is not ("extension" or "modifierExtension"))
        {
            foreach (var of in element.Types)
                yield return of.Type.Name; // on a primitive: birthDate's own type
            yield return $"{element.Owner.Name}.{element.Name}";
            yield return $"{owner.Name}.{element.Name}";
            yield break;
        }

        for (var type = owner; type is not null; type = type.Parent)
            yield return type.Name;
        foreach (var path in ElementPaths.OfHolder(extension.Node))
            yield return path;
    }
}

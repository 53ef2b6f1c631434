using System.Text;
using Tandem.Fhir.Definitions;
using Tandem.Fhir.FhirPath;
using Tandem.Fhir.Json;

namespace Tandem.Fhir.Validation;

/// <summary>What a profile says of one element or slice; what it leaves as the type has it is null. Changed only while its profile is compiled.</summary>
internal sealed class ProfileNode(string name, string? sliceName = null, ProfileNode? parent = null)
{
    private ProfileNode? parent = parent;
    private List<ProfileNode>? alike;
    private Slicing? toldApart;
    private SliceDefinition[]? told;

    /// <summary>The element's name, without <c>[x]</c>.</summary>
    internal string Name { get; } = name;

    internal byte[] NameUtf8 { get; } = Encoding.UTF8.GetBytes(name);

    internal string? SliceName { get; } = sliceName;

    /// <summary>The type that the element has when it has only one.</summary>
    internal FhirType? Only { get; set; }

    internal int? Min { get; set; }

    internal int? Max { get; set; }

    /// <summary>False where the type itself asks for as much, so that it is said once.</summary>
    internal bool ChecksMin { get; set; }

    internal IReadOnlyList<ProfileType>? Types { get; set; }

    internal FhirNode Fixed { get; set; }

    internal FhirNode Pattern { get; set; }

    internal FhirValue? MinValue { get; set; }

    internal FhirValue? MaxValue { get; set; }

    internal int? MaxLength { get; set; }

    internal (string Strength, string ValueSet)? Binding { get; set; }

    /// <summary>What holds beside <see cref="Binding"/>: required and extensible sets (extension additional-binding).</summary>
    internal IReadOnlyList<(string Strength, string ValueSet)> MoreBindings { get; set; } = [];

    /// <summary>The value set that no code may leave, however weak the binding is (extension elementdefinition-maxValueSet).</summary>
    internal string? MaxValueSet { get; set; }

    internal bool IsModifier { get; set; }

    /// <summary>The element that this one is defined by reference to (R4 ElementDefinition.contentReference), where the profile says something of it.</summary>
    internal ProfileNode? Defined { get; set; }

    internal Slicing? Slicing { get; set; }

    internal List<CompiledRule> Rules { get; private set; } = [];

    internal List<ProfileNode> Children { get; private set; } = [];

    internal List<ProfileNode> Slices { get; private set; } = [];

    internal ProfileNode Child(string childName)
    {
        if (Children.Find(child => child.Name == childName) is { } known)
            return known;
        Children.Add(new(childName, null, this));
        return Children[^1];
    }

    internal ProfileNode Slice(string slice)
    {
        if (Slices.Find(known => known.SliceName == slice) is { } found)
            return found;
        Slices.Add(new(Name, slice, this) { Only = Only });
        return Slices[^1];
    }

    /// <summary>
    /// What else is said of the same element or slice: by the profiles of types around it, and of the element as such where a slice around says more of it.
    /// </summary>
    internal IReadOnlyList<ProfileNode> Alike(ProfileSet profiles) => alike ??= parent is null ? [] : [.. SliceName is null
        ? parent.Holders(profiles).SelectMany(holder => holder.Children).Where(child => child.Name == Name && child != this)
        : parent.Alike(profiles).SelectMany(list => list.Slices).Where(slice => slice.SliceName == SliceName)];

    /// <summary>How the items of this list are told apart: as in what is alike where it does not say itself, and extensions by their url.</summary>
    internal Slicing SlicingOf(ProfileSet profiles) => toldApart ??= Slicing
        ?? (Alike(profiles).FirstOrDefault(other => other.Slicing is not null)?.Slicing is { } same ? same with { Rules = "open", IsOrdered = false } : null) // its slices need not all be here
        ?? (Name is "extension" or "modifierExtension" ? Slicing.ByUrl : Slicing.ByContent);

    /// <summary>What this slice says of what each discriminator of its list looks at.</summary>
    internal SliceDefinition[] ToldBy(Slicing slicing, ProfileSet profiles) => told ??= [.. slicing.Discriminators.Select(one => new SliceDefinition(this, one, profiles))];

    /// <summary>The roots of the profiles that a value of a type has to keep to; of several any one will do.</summary>
    internal IEnumerable<ProfileNode> OfTypes(ProfileSet profiles) =>
        (Types ?? []).SelectMany(of => of.Profiles).Select(profile => profiles.Find(profile, out _)?.Root).OfType<ProfileNode>();

    /// <summary>A copy to derive from.</summary>
    internal ProfileNode Copy()
    {
        var copy = (ProfileNode)MemberwiseClone();
        (copy.alike, copy.toldApart, copy.told) = (null, null, null);
        copy.Rules = [.. Rules];
        copy.Children = Children.ConvertAll(child => child.CopyBelow(copy));
        copy.Slices = Slices.ConvertAll(slice => slice.CopyBelow(copy));
        return copy;
    }

    private ProfileNode CopyBelow(ProfileNode above)
    {
        var copy = Copy();
        copy.parent = above;
        return copy;
    }

    /// <summary>All that says something of the elements below this one: itself, the lists that it is a slice of, what is alike, and the one profile that its type has.</summary>
    private IEnumerable<ProfileNode> Holders(ProfileSet profiles)
    {
        for (var holder = this; holder is not null; holder = holder.SliceName is null ? null : holder.parent)
        {
            foreach (var one in holder.Alike(profiles).Prepend(holder))
            {
                yield return one;
                if (one.Types is [{ Profiles: [_] }])
                {
                    foreach (var root in one.OfTypes(profiles))
                        yield return root;
                }
            }
        }
    }
}

using System.Text;
using Tandem.Fhir.Definitions;
using Tandem.Fhir.FhirPath;
using Tandem.Fhir.Json;

namespace Tandem.Fhir.Validation;

/// <summary>What a profile says of one element or slice; what it leaves as the type has it is null. Changed only while its profile is compiled.</summary>
internal sealed class ProfileNode(string name, string? sliceName = null)
{
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

    /// <summary>The value set that no code may leave, however weak the binding is (extension elementdefinition-maxValueSet).</summary>
    internal string? MaxValueSet { get; set; }

    internal bool IsModifier { get; set; }

    internal Slicing? Slicing { get; set; }

    /// <summary>The slice of the same name that the profile of a type around has, which tells the items apart where this one does not.</summary>
    internal ProfileNode? Inherited { get; set; }

    internal List<CompiledRule> Rules { get; private set; } = [];

    internal List<ProfileNode> Children { get; private set; } = [];

    internal List<ProfileNode> Slices { get; private set; } = [];

    internal ProfileNode Child(string childName)
    {
        if (Children.Find(child => child.Name == childName) is { } known)
            return known;
        Children.Add(new(childName));
        return Children[^1];
    }

    internal ProfileNode Slice(string slice)
    {
        if (Slices.Find(known => known.SliceName == slice) is { } found)
            return found;
        Slices.Add(new(Name, slice) { Only = Only });
        return Slices[^1];
    }

    /// <summary>A copy to derive from.</summary>
    internal ProfileNode Copy()
    {
        var copy = (ProfileNode)MemberwiseClone();
        copy.Rules = [.. Rules];
        copy.Children = Children.ConvertAll(child => child.Copy());
        copy.Slices = Slices.ConvertAll(slice => slice.Copy());
        return copy;
    }
}

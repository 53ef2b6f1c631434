using System.Reflection;

namespace Tandem.Tests.Architecture;

/// <summary>Modules are folders of one assembly; only public types cross from one to another, read from the compiled code.</summary>
public sealed class ModuleArrowTests
{
    private static readonly Assembly[] Houses = [Assembly.Load("Tandem.Care"), Assembly.Load("Tandem.Trust"), Assembly.Load("Tandem.Record")];

    [Fact]
    public void Only_public_types_cross_modules()
    {
        var crossings = Houses.Where(house => house.GetName().Name is "Tandem.Care" or "Tandem.Trust").SelectMany(house => Crossings(house, house.GetTypes())).ToList();

        Assert.True(crossings.Count > 0, "no use of one module by another was found");
        Assert.Empty(crossings.Where(crossing => !IsPublic(crossing.Used)).Select(crossing => $"{crossing.User} -> {crossing.Used}").Distinct());
    }

    [Fact]
    public void A_crossing_to_an_internal_type_is_found_however_it_is_used()
    {
        var types = typeof(ModuleArrowTests).Assembly.GetTypes().Where(type => type.Namespace == "Tandem.Tests.Architecture.Violation.One").ToList();
        var found = Crossings(typeof(ModuleArrowTests).Assembly, types, "Tandem.Tests.Architecture.Violation")
            .Where(crossing => !IsPublic(crossing.Used)).Select(crossing => crossing.User).ToHashSet();

        var trespassers = types.Where(type => !type.IsNested).ToList();
        Assert.True(trespassers.Count > 10, "the violations were not found");
        Assert.Empty(trespassers.Except(found));
    }

    [Fact]
    public void Compiled_references_point_down_only()
    {
        string[] order = ["Tandem.Hub", "Tandem.Care", "Tandem.Trust", "Tandem.Record", "Tandem.Kernel"];
        var offenders = order.SelectMany((name, level) => Assembly.Load(name).GetReferencedAssemblies()
            .Where(reference => Array.IndexOf(order, reference.Name) is >= 0 and var below && below <= level)
            .Select(reference => $"{name} -> {reference.Name}"));

        Assert.Empty(offenders);
        Assert.Empty(new[] { "Tandem.Fhir", "Tandem.Hl7v2" }.SelectMany(name => Assembly.Load(name).GetReferencedAssemblies())
            .Where(reference => reference.Name!.StartsWith("Tandem.", StringComparison.Ordinal)).Select(reference => reference.Name));
    }

    private static IEnumerable<(Type User, Type Used)> Crossings(Assembly house, IEnumerable<Type> types, string? root = null)
    {
        root ??= house.GetName().Name!;
        return from type in types
               let module = ModuleOf(type, root)
               where module is not null
               from used in CompiledUses.Of(type)
               where used.Assembly == house && ModuleOf(used, root) is { } other && other != module
               select (Outermost(type), used);
    }

    private static string? ModuleOf(Type type, string root)
    {
        var space = Outermost(type).Namespace;
        return space is null || !space.StartsWith(root + ".", StringComparison.Ordinal) ? null : space[(root.Length + 1)..].Split('.')[0];
    }

    private static Type Outermost(Type type) => type.DeclaringType is { } outer ? Outermost(outer) : type;

    private static bool IsPublic(Type type) => type.IsNested ? type.IsNestedPublic && IsPublic(type.DeclaringType!) : type.IsPublic;
}

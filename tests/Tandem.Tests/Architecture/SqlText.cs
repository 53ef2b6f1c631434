using System.Reflection;
using System.Text.RegularExpressions;
using Tandem.Kernel.Data;

namespace Tandem.Tests.Architecture;

/// <summary>A text of the product that is a statement, or begins one.</summary>
/// <param name="Where">Type and field, or type and method.</param>
/// <param name="Sql">The text.</param>
internal sealed partial record SqlText(string Where, string Sql)
{
    private static readonly string[] Houses = ["Tandem.Kernel", "Tandem.Record", "Tandem.Trust", "Tandem.Care", "Tandem.Hub", "Tandem.Trial"];

    /// <summary>False when its place says that it is the other engine's.</summary>
    internal bool IsFor(Engine engine) => !Where.Contains(engine == Engine.Sqlite ? "Postgres" : "Sqlite", StringComparison.Ordinal);

    /// <summary>Those of constants, of fields that do not change, and in the code of methods; a constant's copies in methods are one with it.</summary>
    internal static IEnumerable<SqlText> All() => Houses.SelectMany(house => Of(Assembly.Load(house)));

    private static IReadOnlyList<SqlText> Of(Assembly house)
    {
        var fields = house.GetTypes().Where(type => !type.ContainsGenericParameters).SelectMany(Fields).Where(text => Statement().IsMatch(text.Sql)).ToList();
        var known = fields.Select(text => text.Sql).ToHashSet();
        var methods = house.GetTypes().SelectMany(type => MethodCode.Methods(type).SelectMany(method => MethodCode.Texts(method).Select(text => new SqlText(NameOf(type, method), text))));
        return [.. fields, .. methods.Where(text => Statement().IsMatch(text.Sql) && !known.Contains(text.Sql)).Distinct()];
    }

    private static IEnumerable<SqlText> Fields(Type type) =>
        from field in type.GetFields(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly)
        where field.FieldType == typeof(string) && (field.IsLiteral || field.IsInitOnly)
        let text = (string?)(field.IsLiteral ? field.GetRawConstantValue() : field.GetValue(null))
        where text is not null
        select new SqlText($"{type.Name}.{field.Name}", text);

    /// <summary>Of what the compiler makes of a lambda or of an async method, the name in the source.</summary>
    private static string NameOf(Type type, MethodBase method)
    {
        var owner = type;
        var name = method.Name;
        while (owner.Name.StartsWith('<') && owner.DeclaringType is { } outer)
            (owner, name) = (outer, owner.Name.StartsWith("<>", StringComparison.Ordinal) ? name : owner.Name);
        return $"{owner.Name}.{Made().Replace(name, "$1")}";
    }

    [GeneratedRegex("^<(?:<)?([^<>]+)>.*$")]
    private static partial Regex Made();

    [GeneratedRegex(@"^\s*(SELECT|INSERT (OR \w+ )?INTO|UPDATE \w+ SET|DELETE FROM|WITH \w+ )[\s(]?")]
    private static partial Regex Statement();
}

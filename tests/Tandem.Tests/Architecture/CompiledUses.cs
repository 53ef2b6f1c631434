using System.Reflection;
using System.Reflection.Emit;

namespace Tandem.Tests.Architecture;

/// <summary>Which types a compiled type uses: in its signatures and in the code of its methods.</summary>
internal static class CompiledUses
{
    private const BindingFlags Everything =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<short, OpCode> OpCodesByValue = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value);

    internal static IEnumerable<Type> Of(Type type)
    {
        var uses = new HashSet<Type>();
        Add(uses, type.BaseType);
        foreach (var implemented in type.GetInterfaces())
            Add(uses, implemented);
        foreach (var field in type.GetFields(Everything))
            Add(uses, field.FieldType);
        foreach (var method in type.GetMethods(Everything).Cast<MethodBase>().Concat(type.GetConstructors(Everything)))
        {
            foreach (var parameter in method.GetParameters())
                Add(uses, parameter.ParameterType);
            if (method is MethodInfo { ReturnType: var result })
                Add(uses, result);
            foreach (var member in Members(method))
                Add(uses, member as Type ?? member.DeclaringType);
        }

        return uses;
    }

    private static void Add(HashSet<Type> uses, Type? type)
    {
        if (type is null)
            return;
        if (type.HasElementType)
            Add(uses, type.GetElementType());
        if (type.IsGenericType)
        {
            foreach (var argument in type.GetGenericArguments())
                Add(uses, argument);
        }

        uses.Add(type.IsGenericType ? type.GetGenericTypeDefinition() : type);
    }

    private static IEnumerable<MemberInfo> Members(MethodBase method)
    {
        var code = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        for (var at = 0; at < code.Length;)
        {
            var value = (short)code[at++];
            if (value == 0xfe)
                value = unchecked((short)(0xfe00 | code[at++]));
            var operation = OpCodesByValue[value];
            if (operation.OperandType is OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineType or OperandType.InlineTok
                && Resolve(method, BitConverter.ToInt32(code, at)) is { } member)
                yield return member;
            at += operation.OperandType == OperandType.InlineSwitch ? 4 + (BitConverter.ToInt32(code, at) * 4) : SizeOf(operation.OperandType);
        }
    }

    private static MemberInfo? Resolve(MethodBase method, int token)
    {
        var typeArguments = method.DeclaringType is { IsGenericType: true } type ? type.GetGenericArguments() : null;
        var methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : null;
        return method.Module.ResolveMember(token, typeArguments, methodArguments);
    }

    private static int SizeOf(OperandType operand) => operand switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        _ => 4,
    };
}

using System.Reflection;
using System.Reflection.Emit;

namespace Tandem.Tests.Architecture;

/// <summary>The instructions of a compiled method.</summary>
internal static class MethodCode
{
    internal const BindingFlags Everything =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<short, OpCode> OpCodesByValue = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value);

    internal static IEnumerable<MethodBase> Methods(Type type) => type.GetMethods(Everything).Cast<MethodBase>().Concat(type.GetConstructors(Everything));

    /// <summary>The members that the code names: what it calls, reads, makes and compares with.</summary>
    internal static IEnumerable<MemberInfo> Members(MethodBase method)
    {
        var typeArguments = method.DeclaringType is { IsGenericType: true } type ? type.GetGenericArguments() : null;
        var methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : null;
        return Instructions(method)
            .Where(one => one.Code.OperandType is OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineType or OperandType.InlineTok)
            .Select(one => method.Module.ResolveMember(one.Operand, typeArguments, methodArguments))
            .OfType<MemberInfo>();
    }

    /// <summary>The texts that stand in the code.</summary>
    internal static IEnumerable<string> Texts(MethodBase method) => Instructions(method)
        .Where(one => one.Code.OperandType == OperandType.InlineString).Select(one => method.Module.ResolveString(one.Operand));

    private static IEnumerable<(OpCode Code, int Operand)> Instructions(MethodBase method)
    {
        var code = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        for (var at = 0; at < code.Length;)
        {
            var value = (short)code[at++];
            if (value == 0xfe)
                value = unchecked((short)(0xfe00 | code[at++]));
            var operation = OpCodesByValue[value];
            var size = operation.OperandType == OperandType.InlineSwitch ? 4 + (BitConverter.ToInt32(code, at) * 4) : SizeOf(operation.OperandType);
            yield return (operation, size >= 4 ? BitConverter.ToInt32(code, at) : 0);
            at += size;
        }
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

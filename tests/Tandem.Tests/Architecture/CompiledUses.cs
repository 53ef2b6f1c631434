using System.Reflection;

namespace Tandem.Tests.Architecture;

/// <summary>
/// Which types a compiled type uses: in its signatures, constraints and attributes and in the code of its methods. What the compiler leaves no trace of, the value of
/// a constant and <c>nameof</c>, cannot be found.
/// </summary>
internal static class CompiledUses
{
    internal static IEnumerable<Type> Of(Type type)
    {
        var uses = new HashSet<Type>();
        Add(uses, type.BaseType);
        AddAttributes(uses, type.GetCustomAttributesData());
        if (type.IsGenericTypeDefinition)
            AddConstraints(uses, type.GetGenericArguments());
        foreach (var implemented in type.GetInterfaces())
            Add(uses, implemented);
        foreach (var field in type.GetFields(MethodCode.Everything))
        {
            Add(uses, field.FieldType);
            AddAttributes(uses, field.GetCustomAttributesData());
        }

        foreach (var property in type.GetProperties(MethodCode.Everything))
            AddAttributes(uses, property.GetCustomAttributesData());
        foreach (var method in MethodCode.Methods(type))
        {
            AddSignature(uses, method);
            AddBody(uses, method);
        }

        return uses;
    }

    private static void AddSignature(HashSet<Type> uses, MethodBase method)
    {
        AddAttributes(uses, method.GetCustomAttributesData());
        if (method.IsGenericMethodDefinition)
            AddConstraints(uses, method.GetGenericArguments());
        foreach (var parameter in method.GetParameters())
        {
            Add(uses, parameter.ParameterType);
            AddAttributes(uses, parameter.GetCustomAttributesData());
        }

        if (method is MethodInfo { ReturnType: var result })
            Add(uses, result);
    }

    private static void AddBody(HashSet<Type> uses, MethodBase method)
    {
        if (method.GetMethodBody() is not { } body)
            return;
        foreach (var local in body.LocalVariables)
            Add(uses, local.LocalType);
        foreach (var clause in body.ExceptionHandlingClauses.Where(clause => clause.Flags == ExceptionHandlingClauseOptions.Clause))
            Add(uses, clause.CatchType);
        foreach (var member in MethodCode.Members(method))
        {
            Add(uses, member as Type ?? member.DeclaringType);
            if (member is MethodInfo { IsGenericMethod: true } called)
            {
                foreach (var argument in called.GetGenericArguments())
                    Add(uses, argument);
            }
        }
    }

    private static void AddConstraints(HashSet<Type> uses, Type[] parameters)
    {
        foreach (var constraint in parameters.SelectMany(parameter => parameter.GetGenericParameterConstraints()))
            Add(uses, constraint);
    }

    private static void AddAttributes(HashSet<Type> uses, IEnumerable<CustomAttributeData> attributes)
    {
        foreach (var attribute in attributes)
        {
            Add(uses, attribute.AttributeType);
            foreach (var argument in attribute.ConstructorArguments.Concat(attribute.NamedArguments.Select(named => named.TypedValue)))
                AddArgument(uses, argument);
        }
    }

    private static void AddArgument(HashSet<Type> uses, CustomAttributeTypedArgument argument)
    {
        Add(uses, argument.ArgumentType);
        if (argument.Value is Type named)
            Add(uses, named);
        else if (argument.Value is IEnumerable<CustomAttributeTypedArgument> several)
        {
            foreach (var one in several)
                AddArgument(uses, one);
        }
    }

    private static void Add(HashSet<Type> uses, Type? type)
    {
        if (type is null || type.IsGenericParameter)
            return;
        if (type.HasElementType)
        {
            Add(uses, type.GetElementType());
            return;
        }

        if (type.IsGenericType)
        {
            foreach (var argument in type.GetGenericArguments())
                Add(uses, argument);
        }

        uses.Add(type.IsGenericType ? type.GetGenericTypeDefinition() : type);
    }
}

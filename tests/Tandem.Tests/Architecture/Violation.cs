// Deliberate violations, one for each way in which a type can use another, so that the check of crossings is seen to find them all.
#pragma warning disable IDE0130
namespace Tandem.Tests.Architecture.Violation.One
{
    public sealed class InAMethod
    {
        public static string Reach() => new Two.Hidden().ToString()!;
    }

    public sealed class InALambda
    {
        public static Func<object> Reach(string text) => () => text.Length > 3 ? new Two.Hidden() : text;
    }

    public sealed class InAnAsyncMethod
    {
        public static async Task<string> ReachAsync()
        {
            await Task.Yield();
            return new Two.Hidden().ToString()!;
        }
    }

    public sealed class InANestedType
    {
        public sealed class Inner
        {
            public static bool Reach(object what) => what is Two.Hidden;
        }
    }

    public sealed class InAGenericCall
    {
        public static object Reach() => Array.Empty<Two.Hidden>();
    }

    public sealed class InAGenericArgumentOfAField
    {
        internal List<Dictionary<string, Two.Hidden[]>> Kept { get; } = [];
    }

    public sealed class InAConstraint
    {
        internal static string Reach<T>(T what)
            where T : Two.Hidden => what.ToString()!;
    }

    [Two.HiddenMark]
    public sealed class InAnAttribute;

    public sealed class InAnAttributesArgument
    {
        [System.ComponentModel.TypeConverter(typeof(Two.Hidden))]
        public string Text { get; set; } = "";
    }

    public sealed class InACatch
    {
        public static string Reach(Func<string> read)
        {
            try
            {
                return read();
            }
            catch (Two.HiddenFault)
            {
                return "";
            }
        }
    }

    public sealed class InAnInterfacesArgument : IProgress<Two.HiddenShape.Side>
    {
        void IProgress<Two.HiddenShape.Side>.Report(Two.HiddenShape.Side value) => GC.KeepAlive(this);
    }
}

namespace Tandem.Tests.Architecture.Violation.Two
{
    internal class Hidden;

    internal sealed class HiddenFault : Exception;

    [AttributeUsage(AttributeTargets.Class)]
    internal sealed class HiddenMarkAttribute : Attribute;

    internal static class HiddenShape
    {
        public enum Side
        {
            Left,
            Right,
        }
    }
}

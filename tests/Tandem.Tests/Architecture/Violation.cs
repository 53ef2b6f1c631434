// A deliberate violation, so that the check of crossings is seen to find one.
#pragma warning disable IDE0130
namespace Tandem.Tests.Architecture.Violation.One
{
    public sealed class Trespasser
    {
        public static string Reach() => new Two.Hidden().ToString()!;
    }
}

namespace Tandem.Tests.Architecture.Violation.Two
{
    internal sealed class Hidden;
}

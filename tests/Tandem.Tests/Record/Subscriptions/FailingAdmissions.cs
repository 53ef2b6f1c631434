using Microsoft.AspNetCore.Http;
using Tandem.Record.Access;

namespace Tandem.Tests.Record.Subscriptions;

/// <summary>Lets everybody in, or fails as it is told to.</summary>
internal sealed class FailingAdmissions : IAdmissions
{
    private int faults;

    internal Exception? Fault { get; set; }

    /// <summary>How often it failed.</summary>
    internal int Faults => Volatile.Read(ref faults);

    public string Of(HttpContext request) => "";

    public bool Hold(string admission)
    {
        if (Fault is not { } fault)
            return true;
        Interlocked.Increment(ref faults);
        throw fault;
    }
}

using System.Globalization;
using Tandem.Fhir.Views;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Access;
using Tandem.Record.Log;

namespace Tandem.Trust.Access;

/// <summary>
/// Whoever writes a policy decides what everybody of a role sees, so the right to write a <c>Basic</c> is not enough: it takes the right to change <see cref="HubParts.Policies"/>, which no app has,
/// or to change everything. The hub's own work, content from its folder too, is not held to it. Each change by others is an act on the access log.
/// </summary>
internal sealed class PolicyRules : IWriteRule
{
    /// <inheritdoc/>
    public bool Wants(string type) => type == "Basic";

    /// <inheritdoc/>
    public Refusal? Refuse(WriteSession session, Change change)
    {
        var scope = session.Scope;
        if (scope.Reach == Reach.Everyone || !(IsPolicy(change.Before) || IsPolicy(change.After)))
            return null;
        if (!scope.May(Interactions.Update, HubParts.Policies) && !scope.MayWriteEverything())
            return Refusal.Forbidden("This says what a role may see. Your role and app do not allow you to change that; ask whoever runs the hub.");
        session.Acted(new TrailAct("policy-written", ActKind.Permission, Told(change.After)) { Actor = scope.Actor.Reference, Subjects = [$"Basic/{change.After.Id}"] });
        return null;
    }

    private static bool IsPolicy(ResourceVersion? version) => version is { Deleted: false } && PolicyReading.IsPolicy(version.Root);

    private static string Told(ResourceVersion after)
    {
        if (!IsPolicy(after))
            return "removed";
        if (PolicyReading.Fault(after.Root) is not null)
            return "cannot be used";
        var policy = PolicyReading.Read(after.Root);
        return string.Create(CultureInfo.InvariantCulture, $"{policy.Role} {policy.Version}: {policy.Status} from {policy.From:yyyy-MM-dd}");
    }
}

using Microsoft.AspNetCore.Http;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Kernel.Pages;
using Tandem.Record.Log;

namespace Tandem.Care.Loops.Pages;

/// <summary>The acts that have a form of their own.</summary>
public enum LoopAct
{
    Attempt,
    Close,
    HandOver,
    Snooze,
    Withdraw,
    Reopen,
}

/// <summary>What a person entered into the form of an act, as it was sent; shown again when it could not be kept.</summary>
public sealed class LoopEntry(IReadOnlyDictionary<string, string> values)
{
    internal const string OtherTime = "other";

    /// <summary>A form that nobody has filled in yet.</summary>
    internal static readonly LoopEntry Empty = new(new Dictionary<string, string>());

    internal string? this[string field] => values.GetValueOrDefault(field);

    internal int? Version => int.TryParse(this["version"], out var version) ? version : null;

    internal static LoopEntry Read(IFormCollection form) =>
        new(form.ToDictionary(field => field.Key, field => field.Value.ToString(), StringComparer.Ordinal));

    internal static string Word(LoopAct act) => act == LoopAct.HandOver ? "hand-over" : act.ToString().ToLowerInvariant();

    internal static LoopAct? ActOf(string? word) =>
        Enum.GetValues<LoopAct>().Cast<LoopAct?>().FirstOrDefault(act => Word(act!.Value) == word);

    /// <summary>The acts that a loop allows now; the first is the one it waits for.</summary>
    internal static IReadOnlyList<LoopAct> Allowed(Loop loop, AccessScope scope)
    {
        if (!loop.IsOpen)
            return [LoopAct.Reopen];
        var mayPutOff = loop.Owner is null || loop.Owner == scope.Actor.Reference;
        return
        [
            .. loop.Evidence.MayCloseByHand ? [LoopAct.Close] : Array.Empty<LoopAct>(),
            LoopAct.Attempt, LoopAct.HandOver, .. mayPutOff ? [LoopAct.Snooze] : Array.Empty<LoopAct>(), LoopAct.Withdraw,
        ];
    }

    /// <summary>Does the act.</summary>
    internal Task<Outcome<Loop>> DoAsync(LoopAct act, RecordStore record, Loop loop, string zone, AccessScope scope, CancellationToken cancel) => act switch
    {
        LoopAct.Attempt => RecordAttempt.HandleAsync(record, loop.Id, Version, Evidence(EvidenceKind.ContactOutcome, zone), scope, cancel),
        LoopAct.Close => CloseLoop.HandleAsync(record, loop.Id, Version, Evidence(loop.Evidence.Kind, zone), scope, cancel),
        LoopAct.HandOver => HandOverLoop.HandleAsync(record, loop.Id, Version, this["to"] ?? "", this["note"] ?? "", scope, cancel),
        LoopAct.Snooze => SnoozeLoop.HandleAsync(record, loop.Id, Version, FormTime.Read(Until, zone), this["reason"] ?? "", scope, cancel),
        LoopAct.Withdraw => WithdrawLoop.ByReason.HandleAsync(record, loop.Id, Version, this["reason"] ?? "", scope, cancel),
        _ => ReopenLoop.ByReason.HandleAsync(record, loop.Id, Version, this["reason"] ?? "", scope, cancel),
    };

    internal static StepKind StepOf(LoopAct act) => act switch
    {
        LoopAct.Attempt => StepKind.Attempt,
        LoopAct.Close => StepKind.Close,
        LoopAct.HandOver => StepKind.HandOver,
        LoopAct.Snooze => StepKind.Snooze,
        LoopAct.Withdraw => StepKind.Withdraw,
        _ => StepKind.Reopen,
    };

    /// <summary>What the page asks for beyond what the act itself does: the role of who was told.</summary>
    internal FormErrors Missing(LoopAct act, Loop loop) => act == LoopAct.Close && loop.Evidence.Kind == EvidenceKind.CriticalResultTold
        ? new FormErrors(
        [
            .. Blank("whom") ? [new FieldError("whom", LoopWords.WhomTold)] : Array.Empty<FieldError>(),
            .. Blank("role") ? [new FieldError("role", LoopPageWords.RoleMissing)] : Array.Empty<FieldError>(),
            .. this["readBack"] is not "yes" ? [new FieldError("readBack", LoopWords.ReadBack)] : Array.Empty<FieldError>(),
        ])
        : FormErrors.None;

    private string? Until => this["until"] == OtherTime ? this["other"] : this["until"];

    private bool Blank(string field) => string.IsNullOrWhiteSpace(this[field]);

    private EvidenceForm Evidence(EvidenceKind kind, string zone) => new(kind, FormTime.Read(this["occurred"], zone))
    {
        Outcome = StepReading.Outcome(this["outcome"]),
        Medium = this["medium"] ?? "",
        Whom = string.Join(", ", new[] { this["whom"]?.Trim(), this["role"]?.Trim() }.Where(part => !string.IsNullOrEmpty(part))),
        ReadBack = this["readBack"] is "yes",
        Encounter = this["encounter"] ?? "",
        Note = this["note"]?.Trim() ?? "",
    };
}

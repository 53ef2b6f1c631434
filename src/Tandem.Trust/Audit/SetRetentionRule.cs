using System.Globalization;
using Tandem.Kernel;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;
using Tandem.Record.Retention;
using Tandem.Trust.SignIn;

namespace Tandem.Trust.Audit;

/// <summary>What a rule is to say, as it was typed.</summary>
/// <param name="Kind">The code of what is kept.</param>
/// <param name="Days">For how many days.</param>
/// <param name="From">From which day where the site is (yyyy-MM-dd).</param>
/// <param name="Reason">Why.</param>
internal sealed record RuleForm(string Kind, string Days, string From, string Reason = "");

/// <summary>
/// A privacy officer says how long something is kept from a day on, or takes back what has not begun. Rules of before stay as they are. The act and its event on the access log are one commit.
/// </summary>
internal sealed class SetRetentionRule(RecordStore record, RetentionRules rules, IEnumerable<RetainedKind> kinds, TimeProvider clock)
{
    internal const int LongestReason = 300;
    private const int MostYearsAhead = 100;

    /// <summary>Puts a rule in force from its day on.</summary>
    /// <returns>The rule.</returns>
    internal async Task<Outcome<RetentionRule>> HandleAsync(RuleForm form, AccessScope scope, CancellationToken cancel)
    {
        if (!Check(form, scope).Succeeded(out var rule, out var refusal))
            return refusal;
        var why = form.Reason.Trim();
        if (why.Length is 0 or > LongestReason)
            return Refusal.Unprocessable(RetentionWords.ReasonMissing);
        rule = rule with { Reason = why };
        return await KeepAsync("retention-rule-" + Ids.New(clock), rule, "retention-rule-set", scope, cancel);
    }

    /// <summary>Takes back a rule that has not begun.</summary>
    internal async Task<Outcome<RetentionRule>> WithdrawAsync(string id, AccessScope scope, CancellationToken cancel)
    {
        if (!FindAccess.IsFor(scope))
            return Refusal.Forbidden(RetentionWords.RuleNotYours);
        if (kinds.SelectMany(rules.Of).FirstOrDefault(kept => kept.Id == id) is not { } kept)
            return Refusal.NotFound(RetentionWords.NoRule);
        return kept.Rule.Status != RuleStatus.Active || kept.Rule.From <= rules.DayOf(clock.GetUtcNow())
            ? Refusal.Conflict(RetentionWords.RuleHasBegun)
            : await KeepAsync(id, kept.Rule with { Status = RuleStatus.Retired }, "retention-rule-withdrawn", scope, cancel);
    }

    /// <summary>What somebody means to put in force, without its reason.</summary>
    internal Outcome<RetentionRule> Check(RuleForm form, AccessScope scope)
    {
        if (!FindAccess.IsFor(scope))
            return Refusal.Forbidden(RetentionWords.RuleNotYours);
        if (kinds.FirstOrDefault(known => known.Code == form.Kind) is not { } kind)
            return Refusal.NotFound(RetentionWords.NoRule);
        if (!int.TryParse(form.Days, NumberStyles.None, CultureInfo.InvariantCulture, out var days)
            || !DateOnly.TryParseExact(form.From, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var from))
            return Refusal.Unprocessable(RetentionWords.RuleUnread);
        return Decide(kind, days, from, rules.DayOf(clock.GetUtcNow()), rules.DaysOf(kind, from));
    }

    /// <param name="kind">Of which kind.</param>
    /// <param name="days">How long.</param>
    /// <param name="from">From when.</param>
    /// <param name="today">The day where the site is.</param>
    /// <param name="now">How long it would be kept on that day without the rule.</param>
    internal static Outcome<RetentionRule> Decide(RetainedKind kind, int days, DateOnly from, DateOnly today, int now)
    {
        if (days < kind.LeastDays || days > RetentionRule.MostDays)
            return Refusal.Unprocessable(RetentionWords.RuleOutside.With(kind.LeastDays, RetentionRule.MostDays));
        if (from < today || from > today.AddYears(MostYearsAhead))
            return Refusal.Unprocessable(RetentionWords.RuleInPast);
        if (days < now && from == today)
            return Refusal.Unprocessable(RetentionWords.ShorterTomorrow);
        return days == now ? Refusal.Conflict(RetentionWords.RuleSame) : new RetentionRule(kind.Code, days, from, RuleStatus.Active, "");
    }

    private async Task<Outcome<RetentionRule>> KeepAsync(string id, RetentionRule rule, string act, AccessScope scope, CancellationToken cancel) => await record.WriteAsync<RetentionRule>(
        Administration.Writing(scope) with { Trail = scope.Trail },
        session =>
        {
            session.PutIfChanged("Basic", id, rule.ToResource());
            session.Acted(new TrailAct(act, ActKind.Permission, string.Create(CultureInfo.InvariantCulture, $"{rule.Kind}: {rule.Days} d from {rule.From:yyyy-MM-dd}; {rule.Reason}"))
            {
                Actor = scope.Actor.Reference,
                Subjects = [$"Basic/{id}"],
            });
            return rule;
        },
        cancel);
}

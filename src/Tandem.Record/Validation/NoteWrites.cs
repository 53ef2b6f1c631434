using System.Text;
using Tandem.Fhir.Structure;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;
using Tandem.Record.Reactions;
using Tandem.Record.Rest;

namespace Tandem.Record.Validation;

/// <summary>Marks what is to be looked at after it was written, in the same commit, whichever way it came; see <see cref="NoteFindings"/>.</summary>
internal sealed class NoteWrites(ValidationModes modes) : IWriteRule
{
    public bool Wants(string type) => true;

    public Refusal? Refuse(WriteSession session, Change change)
    {
        var after = change.After;
        if (!modes.MayKeep(after.Actor))
            return null;
        if (!after.Deleted && modes.Of(session.Scope, after.Source) == ValidationMode.Warn)
            session.Write(ValidationNote.Table, after.Rid, after.Seq, after.Type, after.Id, after.Actor, session.Scope.App, after.At, 0, 0, (string?)null);
        else if (change.Before is not null)
            session.Remove(ValidationNote.Table, after.Rid);
        return null;
    }
}

/// <summary>Follows the log and keeps, beside what was marked, what is wrong with it: nobody's write waits for rules, and a crash between leaves the mark.</summary>
internal sealed class NoteFindings(ValidationModes modes, SiteDefinitions definitions) : IReaction
{
    public string Name => "validation";

    public bool Wants(string type) => true;

    public Action<WriteSession>? Decide(Change change, DbSession reading)
    {
        var after = change.After;
        if (after.Deleted || !modes.MayKeep(after.Actor) || reading.Query(ValidationNote.ReadWaiting, row => row.TextOrNull(0), after.Rid, after.Seq) is not [var app])
            return null;
        var found = definitions.Current.Validator.Validate(after.Root, new() { Now = after.At }).Where(issue => issue.Severity != IssueSeverity.Information).ToList();
        var errors = found.Count(issue => issue.IsError);
        var outcome = found.Count == 0 ? null : Encoding.UTF8.GetString(ValidationOutcome.Json(found, hasPlaces: false));
        return session =>
        {
            if (session.Find(after.Type, after.Id)?.Seq != after.Seq)
                return; // written again since: its own mark waits
            if (outcome is null)
                session.Remove(ValidationNote.Table, after.Rid);
            else
                session.Write(ValidationNote.Table, after.Rid, after.Seq, after.Type, after.Id, after.Actor, app, after.At, errors, found.Count - errors, outcome);
        };
    }
}

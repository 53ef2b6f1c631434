namespace Tandem.Care.Patients;

/// <summary>A request of a patient, or of who stands for them, to amend an entry of the record (45 CFR 164.526), with all that became of it.</summary>
/// <param name="Id">Logical id of its Communication.</param>
/// <param name="Patient">Whose record (logical id).</param>
/// <param name="Entry">What is to be amended: a reference such as <c>Condition/abc</c>; the Patient for anything else.</param>
/// <param name="EntryName">What the entry was called when it was asked for.</param>
/// <param name="What">What is wrong and what it should say, as typed.</param>
/// <param name="Why">Why, as typed.</param>
/// <param name="AskedBy">Who asked, by name.</param>
/// <param name="AskedAt">When.</param>
public sealed record Amendment(string Id, string Patient, string Entry, string EntryName, string What, string Why, string AskedBy, DateTimeOffset AskedAt)
{
    /// <summary>The answer; null while it waits.</summary>
    public AmendmentAnswer? Answer { get; init; }

    /// <summary>The statement of disagreement with a denial, as typed; null where there is none.</summary>
    public string? Disagreement { get; init; }

    /// <summary>Whom the patient wants to be told if it is accepted, each by name and address as typed.</summary>
    public IReadOnlyList<string> Named { get; init; } = [];

    /// <summary>Who has to be told since it was accepted (164.526(c)(3)): with the answer, and whom the patient named later.</summary>
    public IReadOnlyList<AmendmentRecipients> ToTell { get; init; } = [];

    /// <summary>When it was answered at the latest: 60 days after it was asked (164.526(b)(2)(i)).</summary>
    public DateTimeOffset Due => AskedAt.AddDays(60);
}

/// <summary>What the privacy office answered.</summary>
/// <param name="IsAccepted">False when it was denied.</param>
/// <param name="Basis">On what ground it was denied, a code of <see cref="AmendmentCodes.Bases"/>; empty when it was accepted.</param>
/// <param name="Text">The amendment, or the reason in plain words.</param>
/// <param name="By">Who answered, by name.</param>
/// <param name="At">When.</param>
public sealed record AmendmentAnswer(bool IsAccepted, string Basis, string Text, string By, DateTimeOffset At);

/// <summary>The codes by which amendments are kept. They are part of stored data: never change one.</summary>
public static class AmendmentCodes
{
    /// <summary>The step of the pathway that asks to tell others of an accepted amendment.</summary>
    public const string TellStep = "tell-amendment";

    /// <summary>The step of the pathway that asks for the answer.</summary>
    public const string Step = "answer-amendment";

    internal const string System = "https://tandem.example/fhir/CodeSystem/amendment";
    internal const string Outcomes = "https://tandem.example/fhir/CodeSystem/amendment-outcome";
    internal const string Request = "amendment-request";
    internal const string Answer = "amendment-answer";
    internal const string Disagreement = "amendment-disagreement";
    internal const string Recipients = "amendment-recipients";
    internal const string Notice = "amendment-notice";
    internal const string AllTold = "all-told";
    internal const string Accepted = "accepted";
    internal const string Denied = "denied";

    /// <summary>How somebody was told; the last is for who could not be reached with reasonable efforts.</summary>
    public static IReadOnlyList<string> Ways { get; } = ["mail", "fax", "telephone", "electronic", "in-person", "not-reached"];

    /// <summary>The grounds of a denial (164.526(a)(2)).</summary>
    public static IReadOnlyList<string> Bases { get; } = ["accurate-and-complete", "not-created-here", "not-in-designated-record-set", "not-open-to-inspection"];
}

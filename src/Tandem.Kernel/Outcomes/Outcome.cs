using System.Diagnostics.CodeAnalysis;

namespace Tandem.Kernel.Outcomes;

/// <summary>
/// What an act came to: its value, or the refusal that says why not. Expected refusals travel as values through HTTP, pages,
/// MLLP and FHIR alike; everything unexpected is thrown and caught once at the edge.
/// </summary>
public readonly struct Outcome<T>
{
    private readonly T? value;

    private Outcome(T? value, Refusal? refusal) => (this.value, Refusal) = (value, refusal);

    /// <summary>Why not; null when it succeeded.</summary>
    public Refusal? Refusal { get; }

    /// <summary>The value.</summary>
    /// <exception cref="InvalidOperationException">It was refused.</exception>
    public T Value => Refusal is null ? value! : throw new InvalidOperationException($"Refused: {Refusal.Text}");

    /// <summary>True with the value, or false with the refusal.</summary>
    public bool Succeeded([MaybeNullWhen(false)] out T result, [NotNullWhen(false)] out Refusal? refusal)
    {
        (result, refusal) = (value, Refusal);
        return refusal is null;
    }

    /// <summary>The outcome of <paramref name="next"/> on the value, or this refusal.</summary>
    public Outcome<TNext> Then<TNext>(Func<T, Outcome<TNext>> next) => Refusal is null ? next(value!) : Refusal;

    /// <summary>A success.</summary>
    public static implicit operator Outcome<T>(T value) => new(value, null);

    /// <summary>A refusal.</summary>
    public static implicit operator Outcome<T>(Refusal refusal) => new(default, refusal);
}

/// <summary>The kinds of refusal, each with one meaning on every edge (HTTP status, FHIR issue code, HL7 error code).</summary>
public enum RefusalKind
{
    /// <summary>The request itself is wrong (400).</summary>
    Invalid,

    /// <summary>Understood, but breaks a rule of content (422).</summary>
    Unprocessable,

    /// <summary>Not signed in (401).</summary>
    Unauthenticated,

    /// <summary>Not allowed (403).</summary>
    Forbidden,

    /// <summary>Not there, or not to be seen (404).</summary>
    NotFound,

    /// <summary>Was there and has been deleted (410).</summary>
    Gone,

    /// <summary>Somebody was faster, or the state does not allow it (409).</summary>
    Conflict,

    /// <summary>The version named is not the current one (412).</summary>
    PreconditionFailed,

    /// <summary>Too large (413).</summary>
    TooLarge,

    /// <summary>Not supported (501).</summary>
    NotSupported,

    /// <summary>Cannot be done now; trying again later is right (503).</summary>
    Unavailable,

    /// <summary>It may have been done or not: look before doing it again (500).</summary>
    Uncertain,
}

/// <summary>Why something expected was not done, as a whole sentence to a person that says what to do next.</summary>
/// <param name="Kind">What kind of refusal.</param>
/// <param name="Text">A sentence; never holds personal data.</param>
/// <param name="Details">Places in the input, when there are any.</param>
public sealed record Refusal(RefusalKind Kind, string Text, IReadOnlyList<RefusalDetail> Details)
{
    private Refusal(RefusalKind kind, string text)
        : this(kind, text, [])
    {
    }

    /// <summary>The request is wrong.</summary>
    public static Refusal Invalid(string text, params IReadOnlyList<RefusalDetail> details) => new(RefusalKind.Invalid, text, details);

    /// <summary>The content breaks a rule.</summary>
    public static Refusal Unprocessable(string text, params IReadOnlyList<RefusalDetail> details) =>
        new(RefusalKind.Unprocessable, text, details);

    /// <summary>Nobody is signed in.</summary>
    public static Refusal Unauthenticated(string text) => new(RefusalKind.Unauthenticated, text);

    /// <summary>Not allowed.</summary>
    public static Refusal Forbidden(string text) => new(RefusalKind.Forbidden, text);

    /// <summary>Not there.</summary>
    public static Refusal NotFound(string text) => new(RefusalKind.NotFound, text);

    /// <summary>Deleted.</summary>
    public static Refusal Gone(string text) => new(RefusalKind.Gone, text);

    /// <summary>Somebody was faster.</summary>
    public static Refusal Conflict(string text) => new(RefusalKind.Conflict, text);

    /// <summary>Another version is current.</summary>
    public static Refusal PreconditionFailed(string text) => new(RefusalKind.PreconditionFailed, text);

    /// <summary>Too large.</summary>
    public static Refusal TooLarge(string text) => new(RefusalKind.TooLarge, text);

    /// <summary>Not supported.</summary>
    public static Refusal NotSupported(string text) => new(RefusalKind.NotSupported, text);

    /// <summary>Not now.</summary>
    public static Refusal Unavailable(string text) => new(RefusalKind.Unavailable, text);

    /// <summary>Perhaps done.</summary>
    public static Refusal Uncertain(string text) => new(RefusalKind.Uncertain, text);
}

/// <summary>One place in the input that is wrong.</summary>
/// <param name="Code">FHIR issue type (R4 value set issue-type), such as <c>structure</c>, <c>required</c>, <c>value</c>.</param>
/// <param name="Text">What is wrong there.</param>
/// <param name="Expression">Where: a FHIRPath, an HL7 location or a field's name; null when it concerns the whole.</param>
/// <param name="Position">Line and column in the text sent, when known.</param>
/// <param name="IsWarning">True when it did not stop the act.</param>
public sealed record RefusalDetail(string Code, string Text, string? Expression = null, string? Position = null, bool IsWarning = false);

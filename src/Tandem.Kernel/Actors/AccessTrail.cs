using Tandem.Kernel.Outcomes;

namespace Tandem.Kernel.Actors;

/// <summary>What was done to something that belongs to a patient; the higher one tells more.</summary>
public enum TouchKind
{
    /// <summary>It was asked for and not shown.</summary>
    Denied,

    /// <summary>It was shown.</summary>
    Read,

    /// <summary>It was made.</summary>
    Create,

    /// <summary>It was changed.</summary>
    Update,

    /// <summary>It was deleted.</summary>
    Delete,
}

/// <summary>What was touched of one patient; what was denied of them apart from the rest.</summary>
/// <param name="patient">The patient's logical id; null for what belongs to no patient.</param>
/// <param name="most">How many references are kept.</param>
public sealed class PatientTouch(string? patient, int most = PatientTouch.MostReferences)
{
    /// <summary>References kept for one patient; beyond, only their number is.</summary>
    public const int MostReferences = 20;

    /// <summary>References kept of what was asked for, is not shown and is of nobody who is known: they are all there is to say of it.</summary>
    internal const int MostRefused = 1_000;

    private readonly List<string> references = new(1); // few: to look through them is cheaper than to hash them
    private int length;

    /// <summary>The patient's logical id, or null.</summary>
    public string? Patient => patient;

    /// <summary>What was touched: <c>Type/id</c>, or with a version <c>Type/id/_history/2</c>.</summary>
    public IReadOnlyList<string> References => references;

    /// <summary>How many touches there were.</summary>
    public int Count { get; private set; }

    /// <summary>The strongest of what was done.</summary>
    public TouchKind Kind { get; private set; }

    internal void Add(string? reference, TouchKind kind)
    {
        Count++;
        Kind = kind > Kind ? kind : Kind;
        if (reference is null || references.Count >= most || length + reference.Length > AccessTrail.MostAsked || references.Contains(reference))
            return;
        references.Add(reference);
        length += reference.Length;
    }
}

/// <summary>
/// Follows one request (or one piece of the hub's work for somebody) through the record: whatever reads or changes for a person tells it what was
/// touched, and before anything leaves the hub the trail is kept. A trail that cannot be kept stops the answer. Thread-safe.
/// </summary>
public sealed class AccessTrail(TrailFacts begun, TrailKeeper? keeper)
{
    /// <summary>The hub's own work: nothing is followed, for nobody sees anything.</summary>
    public static readonly AccessTrail None = new(new TrailFacts(""), null);

    private static readonly AsyncLocal<AccessTrail?> Following = new();

    /// <summary>Characters that are kept of one thing that was asked for.</summary>
    public const int LongestAsked = 1_000;

    /// <summary>Characters that are kept of all that one request asked for, about.</summary>
    public const int MostAsked = 32_000;

    private readonly Lock gate = new();
    private TrailFacts facts = begun;
    private List<TrailAct> acts = [];
    private Dictionary<(string Patient, bool IsDenied), PatientTouch>? patients;
    private PatientTouch? last;
    private bool isKept;

    /// <summary>The trail of the request that runs now, whoever it turns out to be for; <see cref="None"/> outside of requests.</summary>
    public static AccessTrail Current
    {
        get => Following.Value ?? None;
        set => Following.Value = value;
    }

    /// <summary>What is known of the request.</summary>
    public TrailFacts Facts => facts;

    /// <summary>True once something was made, changed or deleted.</summary>
    public bool HasChanged { get; private set; }

    /// <summary>On whose behalf the request turned out to be; null before that is known.</summary>
    public AccessScope? Scope { get; private set; }

    /// <summary>True when what is told is kept somewhere; false for the hub's own work.</summary>
    public bool IsFollowed => keeper is not null;

    /// <summary>It is known on whose behalf the request is.</summary>
    public void Serves(AccessScope scope)
    {
        if (keeper is not null)
            Scope = scope;
    }

    /// <summary>True when something was touched that is not kept yet.</summary>
    public bool HasNews
    {
        get
        {
            lock (gate)
                return patients is { Count: > 0 } || acts.Count > 0;
        }
    }

    /// <summary>True when there are acts that are not kept yet.</summary>
    public bool HasActs
    {
        get
        {
            lock (gate)
                return acts.Count > 0;
        }
    }

    /// <summary>What was asked for did not stand in the address: the fields of a form.</summary>
    public void Asked(string? query)
    {
        if (keeper is not null && !string.IsNullOrEmpty(query))
            facts = facts with { Query = query };
    }

    /// <summary>Something else was asked for by the same request: an entry of a bundle. What is beyond some thousand characters is left out.</summary>
    public void AskedToo(string query)
    {
        if (facts.Query.Length < MostAsked)
            Asked((facts.Query.Length == 0 ? "" : $"{facts.Query}; ") + (query.Length > LongestAsked ? $"{query[..LongestAsked]}…" : query));
    }

    /// <summary>A part of what was asked for was refused, whatever it would have touched.</summary>
    /// <param name="address">What was asked for, without a query: <c>Observation/1</c>, <c>Observation/$lastn</c>.</param>
    public void Refused(string address)
    {
        if (keeper is null)
            return;
        lock (gate)
            Of(null, TouchKind.Denied).Add(address, TouchKind.Denied);
    }

    /// <summary>A resource was touched.</summary>
    /// <param name="type">FHIR type.</param>
    /// <param name="id">Logical id.</param>
    /// <param name="version">Which version, when it was not the current one or was made; 0 otherwise.</param>
    /// <param name="patient">Whose it is, or null.</param>
    /// <param name="kind">What was done.</param>
    public void Touched(string type, string id, int version, string? patient, TouchKind kind)
    {
        if (keeper is null)
            return;
        lock (gate)
        {
            if (kind >= TouchKind.Create)
                HasChanged = true;
            Of(patient, kind).Add(version > 0 ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{type}/{id}/_history/{version}") : $"{type}/{id}", kind);
        }
    }

    /// <summary>Something that is no resource was made or changed: a job. Or something may have been: the database was lost before it said so.</summary>
    public void Changed()
    {
        if (keeper is null)
            return;
        lock (gate)
            HasChanged = true;
    }

    /// <summary>Asked before something is changed that no request asked for just now, or that a request changes which only reads by its method.</summary>
    /// <returns>Null when it can be told of as far as is known; otherwise why nothing may be changed.</returns>
    public ValueTask<Refusal?> ReadyAsync() => keeper is null ? default : keeper.ReadyAsync();

    /// <summary>Something of a patient was shown that is no resource of its own: a name in a list, a row of a page.</summary>
    public void Shown(string? patient)
    {
        if (keeper is null)
            return;
        lock (gate)
            Of(patient, TouchKind.Read).Add(patient is null ? null : $"Patient/{patient}", TouchKind.Read);
    }

    /// <summary>Something was done that decides who may see what.</summary>
    public void Acted(TrailAct act)
    {
        if (keeper is null)
            return;
        lock (gate)
            acts.Add(act);
    }

    /// <summary>Keeps what was touched since the last call, as one event for each patient (one more where something of theirs was denied), and what was done; the first call keeps one event even when nothing was touched.</summary>
    /// <param name="scope">On whose behalf.</param>
    /// <param name="status">The HTTP status of the answer; 0 when there is none.</param>
    /// <returns>Null when it is kept; otherwise why nothing may be shown.</returns>
    public ValueTask<Refusal?> KeepAsync(AccessScope scope, int status)
    {
        if (keeper is null)
            return default;
        IReadOnlyCollection<PatientTouch> news;
        IReadOnlyList<TrailAct> done;
        lock (gate)
        {
            if (isKept && patients is null && acts.Count == 0)
                return default;
            news = patients is null ? [] : patients.Values;
            done = acts;
            (isKept, patients, last, acts) = (true, null, null, acts.Count == 0 ? acts : []);
        }

        return keeper.KeepAsync(new TrailEntry(facts, scope, status, news) { Acts = done });
    }

    private PatientTouch Of(string? patient, TouchKind kind)
    {
        var isDenied = kind == TouchKind.Denied;
        if (last is not null && last.Patient == patient && last.Kind == TouchKind.Denied == isDenied)
            return last;
        patients ??= [];
        if (!patients.TryGetValue((patient ?? "", isDenied), out last))
            patients[(patient ?? "", isDenied)] = last = new PatientTouch(patient, isDenied && patient is null ? PatientTouch.MostRefused : PatientTouch.MostReferences);
        return last;
    }
}

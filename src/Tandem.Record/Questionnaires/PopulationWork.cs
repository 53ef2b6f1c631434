using Tandem.Kernel.Outcomes;

namespace Tandem.Record.Questionnaires;

/// <summary>How much the filling of one form may do: groups in groups that repeat multiply. Once it is too much, nothing more is done.</summary>
/// <param name="cancel">Canceled when the client leaves; what is counted then throws.</param>
internal sealed class PopulationWork(CancellationToken cancel)
{
    private const int MostItems = 10_000;
    private const int MostEvaluated = 10_000;
    private const int MostSearches = 500;

    private int items;
    private int evaluated;
    private int searches;

    /// <summary>Why the form cannot be filled in; null while it can.</summary>
    internal Refusal? Fault { get; private set; }

    /// <summary>Counts an item of the response; false when there may be no more.</summary>
    internal bool MayWrite() => May(ref items, MostItems, "items in its response");

    /// <summary>Counts an expression; false when there may be no more.</summary>
    internal bool MayEvaluate() => May(ref evaluated, MostEvaluated, "expressions to evaluate");

    /// <summary>Counts a search for observations; false when there may be no more.</summary>
    internal bool MaySearch() => May(ref searches, MostSearches, "observations to look for");

    private bool May(ref int count, int most, string what)
    {
        cancel.ThrowIfCancellationRequested();
        if (Fault is null && ++count > most)
            Fault = Refusal.Unprocessable("", new RefusalDetail("too-costly", $"The questionnaire has more than {most} {what}."));
        return Fault is null;
    }
}

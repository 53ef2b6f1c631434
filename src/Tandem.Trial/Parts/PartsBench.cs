using Tandem.Kernel.Pages;

namespace Tandem.Trial.Parts;

/// <summary>Lets the list on the page of all parts change while it is looked at: a row changes, one comes, one goes, and again. Thread-safe.</summary>
internal sealed class PartsBench(LiveTopics live)
{
    internal const string Topic = "parts";
    private const int Scenes = 3;
    private int scene;

    /// <summary>0: four rows; 1: one has an owner and a fifth has come; 2: as 1, and the second has gone.</summary>
    internal int Scene => Volatile.Read(ref scene) % Scenes;

    internal void Next()
    {
        Interlocked.Increment(ref scene);
        live.Publish(Topic);
    }

    internal static void Map(IEndpointRouteBuilder routes)
    {
        SealedFilters.Map(routes, "/parts", ["q"], "whose");
        routes.MapPost("/parts/next", (HttpContext context, PartsBench bench, FlashCarrier flashes) =>
        {
            bench.Next();
            flashes.Leave(context, new Flash(PartsWords.Changed, Tone.Done, "/parts/next"));
            return Results.LocalRedirect("/parts");
        }).NeedsFormToken().ExcludeFromDescription();
    }
}

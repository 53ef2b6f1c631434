namespace Tandem.Care.CdsHooks;

/// <summary>What the record shows beside the chart (CDS Hooks 2.0, card attributes).</summary>
internal sealed record CdsCard(string Uuid, string Summary, string Indicator, CdsSource Source)
{
    public string? Detail { get; init; }

    public IReadOnlyList<CdsLink>? Links { get; init; }
}

/// <summary>Where a card comes from.</summary>
internal sealed record CdsSource(string Label, string Url);

/// <summary>A link of a card.</summary>
internal sealed record CdsLink(string Label, string Url, string Type);

/// <summary>The answer of a service.</summary>
internal sealed record CdsAnswer(IReadOnlyList<CdsCard> Cards);

/// <summary>What is asked of a service (CDS Hooks 2.0, HTTP request).</summary>
internal sealed record CdsRequest
{
    public string? Hook { get; init; }

    public string? HookInstance { get; init; }

    public System.Text.Json.JsonElement? Context { get; init; }

    public System.Text.Json.JsonElement? Prefetch { get; init; }
}

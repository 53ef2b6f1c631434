namespace Tandem.Care.Intake.Mapping;

/// <summary>ORC and OBR to the ServiceRequest that a report answers (v2-to-FHIR guide: OBR[ServiceRequest], ORC[ServiceRequest]).</summary>
internal static class OrderMapping
{
    /// <summary>The order; null when it has no placer number, because then there is nobody's order to link to.</summary>
    internal static MappedResource? Map(OrderContext order, string placeholder)
    {
        if (order.Placer is not { } placer)
            return null;
        var (obr, source) = (order.Obr, order.Source);
        var text = new ResourceText("ServiceRequest");
        text.Array("identifier");
        order.WriteNumbers(text);
        text.End();
        text.Text("status", Status(order)).Text("intent", "order").Text("priority", Priority(obr.Priority));
        Concepts.Write(text, "code", obr.Service, source);
        order.WriteSubject(text);
        text.Text("authoredOn", order.Clock.DateTime(order.Orc.At));
        foreach (var person in obr.OrderingProviders.Concat(order.Orc.OrderingProviders).Take(1))
            Identifiers.Practitioner(text, "requester", person, source);
        text.Array("reasonCode");
        foreach (var reason in obr.Reasons.Where(Concepts.Any))
            Concepts.Write(text, null, reason, source);
        text.End();
        return new("ServiceRequest", placeholder, [placer], text.ToUtf8(), IsWhole: false);
    }

    /// <summary>By ORC-5 (table 0038), else by ORC-1, else by what the report says (guide: OrderStatus, OrderControlCode).</summary>
    private static string Status(OrderContext order) => order.Orc.Status switch
    {
        "CM" => "completed",
        "CA" or "DC" or "RP" => "revoked",
        "ER" => "entered-in-error",
        "HD" => "on-hold",
        "IP" or "SC" or "A" => "active",
        _ => (order.Orc.Control, order.Obr.Status) switch
        {
            ("CR" or "DC" or "OC" or "OD" or "DR" or "DF", _) or (_, "X") => "revoked",
            (_, "F" or "C" or "M") => "completed",
            _ => "active",
        },
    };

    /// <summary>OBR-5 as table 0485 has it.</summary>
    private static string? Priority(string? code) => code switch
    {
        "S" => "stat",
        "A" => "asap",
        "R" => "routine",
        "T" => "urgent",
        _ => null,
    };
}

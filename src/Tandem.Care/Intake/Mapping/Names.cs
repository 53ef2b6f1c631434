using Tandem.Hl7v2.DataTypes;

namespace Tandem.Care.Intake.Mapping;

/// <summary>Names, addresses and telephone numbers (v2-to-FHIR guide: XPN, XAD, XTN).</summary>
internal static class Names
{
    internal static void Name(ResourceText text, string? property, Xpn name, SourceClock clock)
    {
        text.Object(property);
        if (V2Tables.NameUse(name.TypeCode) is { } use && HasParts(name))
            text.Text("use", use);
        text.Text("family", name.Family.Surname);
        text.Array("given").Text(null, name.Given);
        // Further given names come as one component, parted by blanks (HL7 v2.8.2 ch. 2A.88.3).
        foreach (var further in (name.FurtherGiven ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries))
            text.Text(null, further);
        text.End();
        text.Array("prefix").Text(null, name.Prefix).End();
        text.Array("suffix").Text(null, name.Suffix).Text(null, name.Degree).Text(null, name.ProfessionalSuffix).End();
        if (text.HasContent)
        {
            var (start, end) = (name.Value[12], name.Value[13]);
            text.Object("period").Text("start", clock.Date(start.Exists ? start : name.Value[10].SubComponent(1)))
                .Text("end", clock.Date(end.Exists ? end : name.Value[10].SubComponent(2))).End();
        }

        text.End();
    }

    internal static void Address(ResourceText text, Xad address, SourceClock clock, string? property = null)
    {
        var hasParts = new[] { address.Street.Text, address.Street.SubComponent(2).Text, address.OtherDesignation, address.City, address.State, address.PostalCode, address.Country, address.County }
            .Any(part => !string.IsNullOrWhiteSpace(part));
        if (!hasParts)
            return;
        text.Object(property);
        text.Text("use", V2Tables.AddressUse(address.TypeCode)).Text("type", V2Tables.AddressType(address.TypeCode));
        text.Array("line").Text(null, Street(address)).Text(null, address.OtherDesignation).End();
        text.Text("city", address.City).Text("district", address.County).Text("state", address.State).Text("postalCode", address.PostalCode)
            .Text("country", address.Country);
        text.Object("period").Text("start", clock.Date(address.Value[13])).Text("end", clock.Date(address.Value[14])).End();
        text.End();
    }

    internal static void Telecom(ResourceText text, Xtn number, string? defaultUse)
    {
        var isMail = number.UseCode == "NET" || number.EquipmentType is "Internet" or "X.400";
        var value = (isMail ? number.EmailAddress ?? number.Number : null) ?? Number(number) ?? number.EmailAddress;
        if (string.IsNullOrWhiteSpace(value))
            return;
        var system = value.Contains('@', StringComparison.Ordinal) ? "email" : V2Tables.TelecomSystem(number.EquipmentType);
        text.Object().Text("system", system).Text("value", value);
        text.Text("use", number.EquipmentType == "CP" ? "mobile" : V2Tables.TelecomUse(number.UseCode) ?? defaultUse).End();
    }

    /// <summary>The name of a person in a role as one line; null when there is none.</summary>
    internal static string? Display(Xcn person)
    {
        var parts = new[] { person.Prefix, person.Given, person.FurtherGiven, person.Family.Surname, person.Suffix, person.Degree };
        var display = string.Join(' ', parts.Where(p => !string.IsNullOrWhiteSpace(p)).Select(p => p!.Trim()));
        return display.Length == 0 ? null : display;
    }

    private static string? Street(Xad address)
    {
        // SAD: the whole street line, then street name and house number, which often repeat it (HL7 v2.8.2 ch. 2A.66).
        var (line, street, house) = (address.Street.SubComponent(1).Text?.Trim(), address.Street.SubComponent(2).Text?.Trim(), address.Street.SubComponent(3).Text?.Trim());
        if (string.IsNullOrEmpty(line))
            return $"{house} {street}".Trim();
        return string.IsNullOrEmpty(street) || line.Contains(street, StringComparison.OrdinalIgnoreCase) ? line : $"{line} {street}";
    }

    private static string? Number(Xtn number)
    {
        if (!string.IsNullOrWhiteSpace(number.UnformattedNumber))
            return number.UnformattedNumber;
        if (string.IsNullOrWhiteSpace(number.LocalNumber))
            return number.Number;
        var area = string.IsNullOrWhiteSpace(number.AreaCode) ? "" : $"({number.AreaCode}) ";
        var country = string.IsNullOrWhiteSpace(number.CountryCode) ? "" : $"+{number.CountryCode.TrimStart('+')} ";
        return country + area + number.LocalNumber + (string.IsNullOrWhiteSpace(number.Extension) ? "" : $" ext. {number.Extension}");
    }

    private static bool HasParts(Xpn name) =>
        !string.IsNullOrWhiteSpace(name.Family.Surname) || !string.IsNullOrWhiteSpace(name.Given) || !string.IsNullOrWhiteSpace(name.FurtherGiven);
}

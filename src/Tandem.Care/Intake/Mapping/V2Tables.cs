namespace Tandem.Care.Intake.Mapping;

/// <summary>From HL7 v2 tables to FHIR codes (v2-to-FHIR guide, concept maps; table numbers with each).</summary>
internal static class V2Tables
{
    private static readonly HashSet<string> IdentifierTypes =
    [
        "AN", "ANON", "AMA", "BA", "BC", "BR", "BRN", "CC", "CY", "DEA", "DFN", "DI", "DL", "DN", "DP", "DR", "DS", "EI", "EN", "EPI", "FI", "GI", "GN", "HC", "JHN",
        "LI", "LN", "LR", "MA", "MB", "MC", "MCD", "MCN", "MCR", "MCT", "MD", "MI", "MR", "MRT", "MS", "NE", "NH", "NI", "NII", "NIIP", "NP", "NPI", "OD", "PA", "PC",
        "PE", "PEN", "PI", "PN", "PNT", "PPN", "PRC", "PRN", "PT", "QA", "RI", "RN", "RPH", "RR", "RRI", "SB", "SL", "SN", "SP", "SR", "SS", "TAX", "TN", "U", "UPIN",
        "USID", "VN", "VP", "VS", "WC", "WCN", "XX", "PLAC", "FILL",
    ];

    /// <summary>0203 types whose numbers do not tell people apart reliably: they are kept but nobody is matched by them alone.</summary>
    private static readonly HashSet<string> NotIdentifying =
        ["SS", "SSN", "DL", "AN", "ANON", "VN", "PPN", "CC", "BA", "BC", "HC", "MI", "PN", "NIIP", "RR", "GN", "PNT", "TAX"];

    internal static bool IsIdentifierType(string code) => IdentifierTypes.Contains(code);

    internal static bool Identifies(string? type) => type is null || !NotIdentifying.Contains(type.Trim().ToUpperInvariant());

    /// <summary>0001.</summary>
    internal static string? Gender(string? code) => code?.Trim().ToUpperInvariant() switch
    {
        null or "" => null,
        "F" or "FEMALE" => "female",
        "M" or "MALE" => "male",
        "O" or "A" or "N" or "X" => "other",
        "U" or "UNK" or "UNKNOWN" => "unknown",
        _ => "",
    };

    /// <summary>0200.</summary>
    internal static string? NameUse(string? code) => code switch
    {
        "L" or "R" => "official",
        "D" => "usual",
        "M" => "maiden",
        "N" => "nickname",
        "BAD" => "old",
        "MSK" or "S" => "anonymous",
        "NAV" or "TEMP" => "temp",
        _ => null,
    };

    /// <summary>0190.</summary>
    internal static string? AddressUse(string? code) => code switch
    {
        "H" or "HOME" => "home",
        "B" or "O" => "work",
        "BA" => "old",
        "BI" => "billing",
        "C" => "temp",
        _ => null,
    };

    /// <summary>0190.</summary>
    internal static string? AddressType(string? code) => code is "M" or "SH" ? "postal" : null;

    /// <summary>0201.</summary>
    internal static string? TelecomUse(string? code) => code switch
    {
        "PRN" or "HOME" => "home",
        "WPN" or "WORK" => "work",
        "PRS" or "MOBILE" => "mobile",
        "VHN" => "temp",
        _ => null,
    };

    /// <summary>0202.</summary>
    internal static string TelecomSystem(string? code) => code switch
    {
        "FX" => "fax",
        "BP" => "pager",
        "Internet" or "X.400" => "email",
        "MD" or "SAT" or "TDD" or "TTY" => "other",
        _ => "phone",
    };

    /// <summary>0002.</summary>
    internal static (string System, string Code, string Display)? MaritalStatus(string? code)
    {
        const string Marital = "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus";
        return code?.Trim().ToUpperInvariant() switch
        {
            "A" or "E" => (Marital, "L", "Legally Separated"),
            "B" => (Marital, "U", "unmarried"),
            "C" => (Marital, "C", "Common Law"),
            "D" => (Marital, "D", "Divorced"),
            "G" or "P" or "R" => (Marital, "T", "Domestic partner"),
            "I" => (Marital, "I", "Interlocutory"),
            "M" => (Marital, "M", "Married"),
            "N" => (Marital, "A", "Annulled"),
            "S" => (Marital, "S", "Never Married"),
            "W" => (Marital, "W", "Widowed"),
            "U" => ("http://terminology.hl7.org/CodeSystem/v3-NullFlavor", "UNK", "unknown"),
            "O" => ("http://terminology.hl7.org/CodeSystem/v3-NullFlavor", "OTH", "other"),
            _ => null,
        };
    }

    /// <summary>0063, the part that has a v3 role code.</summary>
    internal static (string Code, string Display)? Relationship(string? code) => code switch
    {
        "SEL" => ("ONESELF", "self"),
        "SPO" => ("SPS", "spouse"),
        "DOM" => ("SIGOTHR", "significant other"),
        "CHD" => ("CHILD", "child"),
        "GCH" => ("GRNDCHILD", "grandchild"),
        "NCH" => ("NCHILD", "natural child"),
        "SCH" => ("STPCHLD", "step child"),
        "FCH" => ("CHLDFOST", "foster child"),
        "PAR" => ("PRN", "parent"),
        "MTH" => ("MTH", "mother"),
        "FTH" => ("FTH", "father"),
        "GRP" => ("GRPRN", "grandparent"),
        "EXF" => ("EXT", "extended family member"),
        "SIB" => ("SIB", "sibling"),
        "BRO" => ("BRO", "brother"),
        "SIS" => ("SIS", "sister"),
        "FND" => ("FRND", "unrelated friend"),
        _ => null,
    };

    /// <summary>0004.</summary>
    internal static (string System, string Code, string? Display) PatientClass(string? code) => code?.Trim().ToUpperInvariant() switch
    {
        "I" or "IMP" => (CodeSystems.ActCode, "IMP", "inpatient encounter"),
        "E" or "EMER" => (CodeSystems.ActCode, "EMER", "emergency"),
        "O" or "AMB" => (CodeSystems.ActCode, "AMB", "ambulatory"),
        "P" or "PRENC" => (CodeSystems.ActCode, "PRENC", "pre-admission"),
        "OBS" or "OBSENC" or "OBV" or "V" => (CodeSystems.ActCode, "OBSENC", "observation encounter"),
        "SS" => (CodeSystems.ActCode, "SS", "short stay"),
        "HH" => (CodeSystems.ActCode, "HH", "home health"),
        "VR" => (CodeSystems.ActCode, "VR", "virtual"),
        "R" => (CodeSystems.Table("0004"), "R", "Recurring patient"),
        "PHP" or "TS" => (CodeSystems.Table("0004"), "PHP", "Partial hospitalisation"), // not in the table: usual in the US; TS (teilstationär) in v2.2
        "B" => (CodeSystems.Table("0004"), "B", "Obstetrics"),
        "C" => (CodeSystems.Table("0004"), "C", "Commercial Account"),
        "N" => (CodeSystems.Table("0004"), "N", "Not Applicable"),
        _ => (CodeSystems.Table("0004"), "U", "Unknown"),
    };

    /// <summary>0112, whose usual values are the US discharge status codes, to the codes FHIR has for it.</summary>
    internal static (string Code, string Display)? DischargeDisposition(string? code) => code?.Trim().PadLeft(2, '0') switch
    {
        "01" or "06" => ("home", "Home"),
        "02" or "05" or "43" or "61" or "66" or "70" => ("other-hcf", "Other healthcare facility"),
        "03" or "64" => ("snf", "Skilled nursing facility"),
        "04" or "63" => ("long", "Long-term care"),
        "07" => ("aadvice", "Left against advice"),
        "20" or "40" or "41" or "42" => ("exp", "Expired"),
        "50" or "51" => ("hosp", "Hospice"),
        "62" => ("rehab", "Rehabilitation"),
        "65" => ("psy", "Psychiatric hospital"),
        "21" or "30" => ("oth", "Other"),
        _ => null,
    };

    /// <summary>0085.</summary>
    internal static string? ObservationStatus(string? code) => code?.Trim().ToUpperInvariant() switch
    {
        "F" or "U" or "V" => "final",
        "P" or "R" or "S" => "preliminary",
        "I" or "O" => "registered",
        "C" => "corrected",
        "A" or "B" => "amended",
        "X" => "cancelled",
        "D" or "W" => "entered-in-error",
        "N" => "unknown",
        _ => null,
    };

    /// <summary>0123.</summary>
    internal static string? ReportStatus(string? code) => code?.Trim().ToUpperInvariant() switch
    {
        "F" => "final",
        "C" => "corrected",
        "P" => "preliminary",
        "R" or "A" => "partial",
        "O" or "I" or "S" => "registered",
        "X" => "cancelled",
        "M" => "amended",
        _ => null,
    };

    /// <summary>0078 codes that FHIR's interpretation system has too, with its displays.</summary>
    internal static string? Interpretation(string code) => code switch
    {
        "<" => "Off scale low",
        ">" => "Off scale high",
        "A" => "Abnormal",
        "AA" => "Critical abnormal",
        "B" => "Better",
        "CAR" => "Carrier",
        "D" => "Significant change down",
        "DET" => "Detected",
        "E" => "Equivocal",
        "EX" => "outside threshold",
        "EXP" => "Expected",
        "H" => "High",
        "HH" => "Critical high",
        "HU" => "Significantly high",
        "I" => "Intermediate",
        "IE" => "Insufficient evidence",
        "IND" => "Indeterminate",
        "L" => "Low",
        "LL" => "Critical low",
        "LU" => "Significantly low",
        "N" => "Normal",
        "ND" => "Not detected",
        "NEG" => "Negative",
        "NR" => "Non-reactive",
        "NS" => "Non-susceptible",
        "POS" => "Positive",
        "R" => "Resistant",
        "RR" => "Reactive",
        "S" => "Susceptible",
        "SDD" => "Susceptible-dose dependent",
        "U" => "Significant change up",
        "UNE" => "Unexpected",
        "W" => "Worse",
        "WR" => "Weakly reactive",
        _ => null,
    };
}

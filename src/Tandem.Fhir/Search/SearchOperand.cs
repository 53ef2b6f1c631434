using Tandem.Fhir.Views;

namespace Tandem.Fhir.Search;

/// <summary>How a number, date or quantity compares (R4 3.1.1.4.5).</summary>
public enum SearchPrefix : byte
{
    /// <summary>eq: the value lies within the operand's range.</summary>
    Equal,
    /// <summary>ne</summary>
    NotEqual,
    /// <summary>gt</summary>
    Greater,
    /// <summary>lt</summary>
    Less,
    /// <summary>ge</summary>
    GreaterOrEqual,
    /// <summary>le</summary>
    LessOrEqual,
    /// <summary>sa: begins after the operand's range.</summary>
    StartsAfter,
    /// <summary>eb: ends before the operand's range.</summary>
    EndsBefore,
    /// <summary>ap: near it.</summary>
    Approximately,
    /// <summary>po of <c>_filter</c>: a stretch of time has a moment in common with the operand's.</summary>
    Overlaps,
}

/// <summary>One value searched for.</summary>
public abstract record SearchOperand;

/// <summary>Which hash of a token value a token operand is compared with.</summary>
public enum TokenMatch : byte
{
    /// <summary><c>system|code</c>, and <c>|code</c> for codes without system: <see cref="SearchValue.Hash"/>.</summary>
    SystemAndCode,
    /// <summary><c>code</c>: <see cref="SearchValue.CodeHash"/>.</summary>
    Code,
    /// <summary><c>system|</c>: <see cref="SearchValue.SystemHash"/>.</summary>
    System,
}

/// <summary>A token.</summary>
/// <param name="System">Null when not stated, empty when stated that there is none.</param>
/// <param name="Code">Null for any code of the system.</param>
public sealed record TokenOperand(string? System, string? Code) : SearchOperand
{
    /// <summary>What to compare.</summary>
    public TokenMatch Match => Code is null ? TokenMatch.System : System is null ? TokenMatch.Code : TokenMatch.SystemAndCode;

    /// <summary>The hash to compare with.</summary>
    public long Key => Match switch
    {
        TokenMatch.System => StableHash.Of(System!),
        TokenMatch.Code => StableHash.Of(Code!),
        _ => StableHash.Pair(System!.Length == 0 ? 0 : StableHash.Of(System), StableHash.Of(Code!)),
    };
}

/// <summary>An identifier of a type: <c>identifier:of-type=system|code|value</c>.</summary>
public sealed record OfTypeOperand(string TypeSystem, string TypeCode, string Value) : SearchOperand
{
    /// <summary>The hash to compare with <see cref="SearchValue.CodeHash"/> of a value whose system is <see cref="SearchValue.OfType"/>.</summary>
    public long ValueKey => StableHash.Of(Value);

    /// <summary>The hash to compare with <see cref="SearchValue.Hash"/> of such a value.</summary>
    public long TypeKey => TokenIndex.TypeKey(TypeSystem.Length == 0 ? 0 : StableHash.Of(TypeSystem), StableHash.Of(TypeCode));
}

/// <summary>A reference: type and id, an id alone, or an address.</summary>
/// <param name="Type">The type; null when not stated.</param>
/// <param name="Id">The id; null for an address.</param>
/// <param name="Address">An address outside of the record or a canonical one; null otherwise.</param>
/// <param name="Version">Only references to this version; null for any.</param>
public sealed record ReferenceOperand(string? Type, string? Id, string? Address, string? Version = null) : SearchOperand
{
    /// <summary>The hash of the id (with its version) to compare with <see cref="SearchValue.CodeHash"/>; only where there is an id.</summary>
    public long IdKey => StableHash.Of(Version is null ? Id! : $"{Id}/_history/{Version}");

    /// <summary>The hash to compare: with <see cref="SearchValue.CodeHash"/> when only the id is stated, else with <see cref="SearchValue.Hash"/>.</summary>
    public long Key => Address is not null ? StableHash.Of(Address)
        : Type is null ? StableHash.Of(Id!) : StableHash.Pair(StableHash.Of(Type), StableHash.Of(Id!));
}

/// <summary>A date with its prefix.</summary>
public sealed record DateOperand(SearchPrefix Prefix, FhirDateTime Date) : SearchOperand;

/// <summary>A number with the range its digits stand for: 5.4 is [5.35, 5.45); with <c>ap</c> up to a tenth around it: [4.86, 5.94].</summary>
public sealed record NumberOperand(SearchPrefix Prefix, double Value, double Low, double High) : SearchOperand
{
    /// <summary>Beyond the number itself, also where its digits say more than a double can hold: it equals itself.</summary>
    public double High { get; } = Math.Max(High, Math.BitIncrement(Value));
}

/// <summary>A quantity.</summary>
/// <param name="Prefix">The comparison.</param>
/// <param name="Number">The number.</param>
/// <param name="System">System of the unit; null when not stated.</param>
/// <param name="Code">Code (or, without system, unit); null when not stated.</param>
public sealed record QuantityOperand(SearchPrefix Prefix, NumberOperand Number, string? System, string? Code) : SearchOperand
{
    /// <summary>
    /// The hash to compare: with <see cref="SearchValue.Hash"/> when a system is stated, with <see cref="SearchValue.CodeHash"/> when only a
    /// code is; null when any unit will do.
    /// </summary>
    public long? UnitKey => Code is null ? null
        : System is null ? StableHash.Of(Code) : StableHash.Pair(StableHash.Of(System), StableHash.Of(Code));
}

/// <summary>A string.</summary>
/// <param name="Text">As sent.</param>
/// <param name="Normalised">As index values are.</param>
public sealed record StringOperand(string Text, string Normalised) : SearchOperand;

/// <summary>An address.</summary>
public sealed record UriOperand(string Text) : SearchOperand;

/// <summary>A place and how far from it: <c>near=latitude|longitude|distance|unit</c>.</summary>
/// <param name="Latitude">Degrees.</param>
/// <param name="Longitude">Degrees.</param>
/// <param name="Kilometres">How far at most; null when not stated.</param>
public sealed record NearOperand(double Latitude, double Longitude, double? Kilometres) : SearchOperand;

/// <summary>The parts of a composite, in the order of the parameter's components.</summary>
public sealed record CompositeOperand(IReadOnlyList<SearchOperand> Parts) : SearchOperand;

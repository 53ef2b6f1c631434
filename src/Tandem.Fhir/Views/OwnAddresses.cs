using System.Text;
using Tandem.Fhir.Search;

namespace Tandem.Fhir.Views;

/// <summary>
/// The bases under which a record is known (<c>https://hub.example.org/fhir</c>): a reference that begins with one, up to the slash behind it, is one within the record (R4 2.3.0.1). Compared letter by letter,
/// so that what another server calls by a like name stays elsewhere. Immutable.
/// </summary>
public sealed class OwnAddresses(params IReadOnlyList<string> bases)
{
    private const int LongestWithin = 160; // a type, an id, and the version that it may name

    private readonly string[] texts = [.. bases.Select(address => address.TrimEnd('/') + "/")];
    private readonly byte[][] bytes = [.. bases.Select(address => Encoding.UTF8.GetBytes(address.TrimEnd('/') + "/"))];

    /// <summary>No address: relative references alone are within the record.</summary>
    public static readonly OwnAddresses None = new();

    /// <summary>True where they are the site's, the same for all its nodes and from start to start: then rows that were made under others are made anew.</summary>
    public bool AreLasting { get; init; }

    /// <summary>The version of rows whose making asks for these addresses: another one where the site has another.</summary>
    /// <param name="version">Of the program that makes them.</param>
    public int VersionOf(int version) => AreLasting ? unchecked(version + (int)StableHash.Of(string.Join(' ', texts))) & int.MaxValue : version;

    /// <summary>These and one more.</summary>
    public OwnAddresses With(string address) => Length(address + "/") > 0 ? this : new([.. texts, address]);

    /// <summary>A reference within the record as a relative one; any other as it is.</summary>
    public string? Relative(string? reference) => Length(reference) is var length and > 0 ? reference![length..] : reference;

    /// <summary>As <see cref="Relative(string)"/>; null for a text longer than any reference within a record, which leads to nobody and fits no key of PostgreSQL.</summary>
    public string? RelativeKey(string? reference) => Relative(reference) is { Length: <= LongestWithin } text ? text : null;

    /// <inheritdoc cref="Relative(string)"/>
    public ReadOnlySpan<byte> Relative(ReadOnlySpan<byte> reference)
    {
        foreach (var own in bytes)
        {
            if (reference.StartsWith(own))
                return reference[own.Length..];
        }

        return reference;
    }

    /// <summary>False for JSON in which no text begins with one of them, as nearly all is; true also where a slash is escaped.</summary>
    public bool MayOccurIn(ReadOnlySpan<byte> json)
    {
        foreach (var own in bytes)
        {
            if (json.IndexOf(own) >= 0 || json.IndexOf("\\/"u8) >= 0)
                return true;
        }

        return false;
    }

    /// <summary>True for what is written with one of them.</summary>
    public bool Begin(string? reference) => Length(reference) > 0;

    /// <summary>How long the base of a reference is with its slash; 0 for one that begins with none.</summary>
    internal int Length(string? reference)
    {
        foreach (var own in texts)
        {
            if (reference is not null && reference.StartsWith(own, StringComparison.Ordinal))
                return own.Length;
        }

        return 0;
    }
}

namespace Tandem.Hub.Inventory;

/// <summary>Something that a hub consists of or keeps.</summary>
/// <param name="Kind"><c>program</c>, <c>library</c>, <c>database</c>, <c>table</c>, <c>file</c>, <c>listener</c>, <c>certificate</c> or <c>accounts</c>.</param>
/// <param name="Name">What it is called; never a secret, never a person's or patient's name.</param>
/// <param name="Detail">Version, size, number of rows, rights, end of validity.</param>
/// <param name="Holds">What it holds, as security.md classes it; empty where that goes without saying.</param>
internal sealed record Asset(string Kind, string Name, string Detail, string Holds = "");

/// <summary>A way on which data comes or goes.</summary>
/// <param name="Direction"><c>in</c>, <c>out</c> or <c>both</c>.</param>
/// <param name="With">The other end: a host, an address or a source; no paths or queries.</param>
/// <param name="What">What goes over it.</param>
/// <param name="How">Protocol, and how the other end proves who it is.</param>
internal sealed record DataFlow(string Direction, string With, string What, string How);

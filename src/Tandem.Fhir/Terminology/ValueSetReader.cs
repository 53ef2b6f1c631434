using Tandem.Fhir.Json;

namespace Tandem.Fhir.Terminology;

/// <summary>Follows the definition of one value set through its parts and the sets it takes in; knows the way it came, so a set that contains itself is refused.</summary>
internal sealed class ValueSetReader(TerminologyService terminology, SystemVersions? versions = null, List<string>? way = null)
{
    /// <summary>Most value sets within each other.</summary>
    private const int MostNested = 32;

    /// <summary>Most concepts that are held against the filters of parts, and codes that are taken over from one set to another, for one expansion.</summary>
    private const int MostSteps = 10_000_000;

    private readonly List<string> open = way ?? [];
    private readonly Dictionary<ValueSet, OrderedCodes> collected = []; // a set is followed once, by however many ways it is taken in
    private readonly Dictionary<(ValueSet Set, bool WithInactive), bool?> answered = [];
    private readonly List<CodeSystem> used = [];
    private readonly List<CodeSystem> partial = [];
    private ValueSetReader? ofExcluded;
    private bool isCircular;
    private long steps;

    internal (ValueSetExpansion? Expansion, TerminologyFault? Fault) Expand(ValueSet set, string canonical)
    {
        var codes = new OrderedCodes();
        return Collect(set, canonical, codes) is { } fault ? (null, fault) : (new(set.Resource, codes.List) { Used = used, Partial = partial }, null);
    }

    /// <summary>Three-valued: null where a code system that decides is not here. One reader answers for one code.</summary>
    internal bool? Contains(ValueSet set, string canonical, string? system, string code, bool withInactive = true)
    {
        if (answered.TryGetValue((set, withInactive), out var known))
            return known;
        isCircular |= open.Contains(canonical);
        if (isCircular || open.Count >= MostNested)
            return null;
        open.Add(canonical);
        var contained = Follow(set, system, code, withInactive);
        if (contained is null && versions is null && set.Stored is { } stored)
            contained = stored.Exists(part => Contains(part, withInactive, system, code) == true);
        open.RemoveAt(open.Count - 1);
        contained = isCircular ? null : contained; // a set that contains itself has no codes, whatever else it lists
        answered[(set, withInactive)] = contained;
        return contained;
    }

    private bool? Follow(ValueSet set, string? system, string code, bool withInactive)
    {
        bool? contained = false;
        foreach (var part in set.Includes)
        {
            var one = Contains(part, withInactive && set.WithInactive, system, code);
            contained = one == true || contained == true ? true : one is null ? null : contained;
        }

        var excluded = versions is null || set.Excludes.Count == 0 ? this : (ofExcluded ??= new(terminology, versions.OfExcluded, open));
        foreach (var part in set.Excludes)
        {
            if (contained == false)
                break;
            contained = excluded.Contains(part, true, system, code) switch { true => false, null => null, _ => contained };
        }

        return contained;
    }

    private bool? Contains(ValueSetPart part, bool withInactive, string? system, string code)
    {
        if (part.System is { } own && system is not null && own != system)
            return false;
        bool? contained = part.System is null ? true : InSystem(part, withInactive, code);
        foreach (var other in part.ValueSets)
        {
            if (contained == false)
                return false;
            bool? one = Definition(part, other) is { } set ? Contains(set, other, system, code, withInactive || part.System is not null) : null; // whether a code of its own system is in use, that system tells
            contained = one == false ? false : one is null ? null : contained;
        }

        return part.System is null && part.ValueSets.Count == 0 ? false : contained;
    }

    private bool? InSystem(ValueSetPart part, bool withInactive, string code)
    {
        if (versions?.Forbids(part.System!, part.Version) == true)
            return false;
        var (known, fault) = Find(part);
        if (part.IsListed && !part.Find(code, known).Exists)
            return false;
        if (part.IsListed)
            return fault is { Code: "invalid" } ? null : !Lacks(part, known, code) && (withInactive || known?.Find(code) is not { IsInactive: true });
        if (known?.Find(code) is not { } concept)
            return known is { IsComplete: true } ? false : CodeGrammar.Takes(part, code);
        if (part.Filters.Any(filter => filter.Fault(known) is not null))
            return null;
        return (withInactive || !concept.IsInactive) && part.Filters.All(filter => filter.Passes(known, concept));
    }

    /// <summary>
    /// True when the value set lists what is no code of its system: the system is here whole without it, in the version that is meant, or as the site has it.
    /// Where no version is meant, a system that ships with the specification may be older than the list.
    /// </summary>
    private bool Lacks(ValueSetPart part, CodeSystem? known, string code) => known is { IsComplete: true } && known.Find(code) is null
        && ((versions?.Wanted(part.System!, part.Version) ?? part.Version) is { } version ? version == known.Version : !TerminologyService.IsShipped(known));

    /// <summary>A value set that a part takes in; null when it is not here in the version that the part names.</summary>
    private ValueSet? Definition(ValueSetPart part, string canonical) => part.Of?.Contained(canonical)
        ?? (terminology.Definition(canonical) is { } found && (canonical.Split('|') is not [_, var version] || found.Resource["version"u8].Text == version) ? found : null);

    /// <summary>The parts of the set, and of those that it takes in, that take codes of a system; of all systems for null.</summary>
    internal IEnumerable<ValueSetPart> PartsOf(ValueSet set, string canonical, string? system)
    {
        if (open.Contains(canonical) || open.Count >= MostNested || !answered.TryAdd((set, true), null))
            return [];
        open.Add(canonical);
        var found = new List<ValueSetPart>();
        foreach (var part in set.Includes)
        {
            if (part.System is { } own && (system is null || own == system))
                found.Add(part);
            foreach (var other in part.ValueSets)
            {
                if (Definition(part, other) is { } inner)
                    found.AddRange(PartsOf(inner, other, system));
            }
        }

        open.RemoveAt(open.Count - 1);
        return found;
    }

    private TerminologyFault? Collect(ValueSet set, string canonical, OrderedCodes into)
    {
        if (collected.TryGetValue(set, out var known))
        {
            into.AddAll(known);
            return null;
        }

        if (open.Contains(canonical))
            return new("processing", $"The value set {canonical} contains itself.");
        if (open.Count >= MostNested)
            return new("too-costly", $"More than {MostNested} value sets lie within each other.");
        open.Add(canonical);
        var codes = new OrderedCodes();
        var fault = Follow(set, canonical, codes);
        if (fault is { Code: "not-found" or "not-supported" } && versions is null && set.Stored is { } stored)
        {
            codes = new();
            fault = stored.Select(part => Collect(part, true, codes)).FirstOrDefault(one => one is not null);
        }

        open.RemoveAt(open.Count - 1);
        if (fault is not null)
            return fault;
        collected[set] = codes;
        into.AddAll(codes);
        return null;
    }

    private TerminologyFault? Follow(ValueSet set, string canonical, OrderedCodes into)
    {
        var excluded = new OrderedCodes();
        foreach (var part in set.Excludes)
        {
            if (Collect(part, true, excluded) is { } fault)
                return fault;
        }

        foreach (var part in set.Includes)
        {
            var codes = new OrderedCodes();
            if (Collect(part, set.WithInactive, codes) is { } fault)
                return fault;
            foreach (var code in codes.List.Where(code => !excluded.Has(code)))
                into.Add(code); // once in each version that is taken in; what is excluded goes in all
            if (into.List.Count > TerminologyService.MostCodes)
                return TooCostly(canonical);
        }

        return null;
    }

    /// <summary>The codes of a part: those of its system that are also in every value set it names.</summary>
    private TerminologyFault? Collect(ValueSetPart part, bool withInactive, OrderedCodes into)
    {
        OrderedCodes? shared = null;
        foreach (var other in part.ValueSets.Distinct(StringComparer.Ordinal))
        {
            var codes = new OrderedCodes();
            if (Definition(part, other) is not { } set)
                return TerminologyService.NotHere("value set", other);
            if (Collect(set, other, codes) is { } fault)
                return fault;
            if ((steps += codes.List.Count) > MostSteps)
                return TooMuch;
            var taken = withInactive || part.System is not null ? codes : codes.InUse();
            shared = shared is null ? taken : shared.Within(taken);
        }

        if (part.System is null)
        {
            if (shared is not null)
                into.AddAll(shared);
            return null;
        }

        var own = new OrderedCodes();
        if (CollectSystem(part, withInactive, own) is { } missing)
            return missing;
        into.AddAll(shared is null ? own : own.Within(shared));
        return null;
    }

    private TerminologyFault? CollectSystem(ValueSetPart part, bool withInactive, OrderedCodes into)
    {
        var (known, fault) = Find(part);
        if (fault is not null)
            return fault;
        Note(part, known);
        if (part.IsListed)
        {
            foreach (var listed in part.Listed)
            {
                var code = listed["code"u8].Text!;
                var concept = known?.Find(code);
                if (Lacks(part, known, code))
                    continue;
                if (withInactive || concept is not { IsInactive: true })
                    into.Add(new(part.System!, versions?.Wanted(part.System!, part.Version) ?? part.Version ?? known?.Version, known?.OwnCase(code) ?? code, listed["display"u8].Text ?? concept?.Display, concept?.IsAbstract == true, concept?.IsInactive == true, listed));
            }

            return null;
        }

        if (known is null || known.Content == "not-present")
            return new("not-found", $"The codes of {part.System} are not here. Load the code system first, or ask whether one code is in the set ($validate-code).");
        if (part.Filters.Select(filter => filter.Fault(known)).FirstOrDefault(fault => fault is not null) is { } wrong)
            return wrong;
        if (part.Filters.Count == 0 && known.Concepts.Count > TerminologyService.MostCodes)
            return TooCostly(part.System!);
        steps += (long)known.Concepts.Count * Math.Max(1, part.Filters.Count);
        if (steps > MostSteps)
            return TooMuch;
        var filters = part.Filters.Select(filter => filter.Over(known)).ToList();
        foreach (var concept in known.Concepts)
        {
            if ((withInactive || !concept.IsInactive) && filters.TrueForAll(passes => passes(concept)))
                into.Add(new(known.Url, known.Version, concept.Code, concept.Display, concept.IsAbstract, concept.IsInactive));
        }

        return null;
    }

    /// <summary>Keeps which code systems had a say, and which of them may have more codes than are here where a part does not list its own (R4 CodeSystem.content).</summary>
    private void Note(ValueSetPart part, CodeSystem? known)
    {
        if (known is null)
            return;
        if (!used.Contains(known))
            used.Add(known);
        if (!part.IsListed && known.IsPartial && !partial.Contains(known))
            partial.Add(known);
    }

    /// <summary>The code system of a part; null when it is not here, and a fault where it is here in another version than the caller or the part means. Codes that a part lists need no system, see <see cref="Lacks"/>.</summary>
    private (CodeSystem? System, TerminologyFault? Fault) Find(ValueSetPart part)
    {
        var system = part.System!;
        if (versions?.Forbids(system, part.Version) == true)
            return (null, new("conflict", $"The value set takes {system} in version {part.Version}, not in the one that was asked for."));
        var wanted = versions?.Wanted(system, part.Version);
        var canonical = (wanted ?? part.Version) is { } version ? $"{system}|{version}" : system; // a site may keep several versions of a system; without one the newest is meant
        if (terminology.IsSupplement(canonical))
            return (null, new("invalid", $"{system} is a supplement to a code system and has no codes of its own."));
        var known = terminology.FindCodeSystem(canonical);
        var meant = wanted ?? (part.IsListed ? null : part.Version);
        return meant is null || known?.Version == meant ? (known, null) : (null, TerminologyService.NotHere("code system", $"{system} in version {meant}"));
    }

    private static TerminologyFault TooMuch => new("too-costly", $"The parts of the value set go through more than {MostSteps:N0} codes. Ask for one with fewer parts.");

    private static TerminologyFault TooCostly(string canonical) =>
        new("too-costly", $"{canonical} has more than {TerminologyService.MostCodes:N0} codes. Ask for a narrower value set.");

    private sealed class OrderedCodes
    {
        private readonly HashSet<(string, string?, string)> seen = [];
        private HashSet<(string, string)>? inAnyVersion;

        internal List<ValueSetCode> List { get; } = [];

        internal void Add(ValueSetCode code)
        {
            if (!seen.Add((code.System, code.Version, code.Code)))
                return;
            inAnyVersion = null;
            List.Add(code);
        }

        internal void AddAll(OrderedCodes codes)
        {
            foreach (var code in codes.List)
                Add(code);
        }

        internal OrderedCodes InUse()
        {
            var found = new OrderedCodes();
            foreach (var code in List.Where(code => !code.IsInactive))
                found.Add(code);
            return found;
        }

        /// <summary>Those that are in another too, in whatever version.</summary>
        internal OrderedCodes Within(OrderedCodes other)
        {
            var found = new OrderedCodes();
            foreach (var code in List.Where(other.Has))
                found.Add(code);
            return found;
        }

        internal bool Has(ValueSetCode code) => (inAnyVersion ??= [.. List.Select(one => (one.System, one.Code))]).Contains((code.System, code.Code));
    }
}

using System.Runtime.CompilerServices;
using Tandem.Fhir.Json;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;
using Tandem.Record.Rest;

namespace Tandem.Record.Access;

/// <summary>
/// The parts of resources that a reach leaves out (<see cref="HiddenPart"/>). A resource that has none goes out as it is stored; of one that has some, the rest goes out with the
/// bytes it has, tagged SUBSETTED and without its narrative, which may say the same in words.
/// </summary>
internal sealed class HiddenParts
{
    private static readonly ConditionalWeakTable<Reach, HiddenParts> Known = [];
    private readonly bool isNational;
    private readonly IReadOnlyList<string> elements;

    private HiddenParts(IReadOnlyList<string> names) => (isNational, elements) = (names.Contains(HiddenPart.NationalIdentifier), [.. names.Where(name => name.Contains('.', StringComparison.Ordinal))]);

    /// <summary>What a reach leaves out; null when nothing.</summary>
    internal static HiddenParts? Of(Reach reach) => reach.Hidden.Count == 0 ? null : Known.GetValue(reach, of => new HiddenParts(of.Hidden));

    /// <summary>A refusal by the role alone: it is the same whatever is hidden, and whether anything is.</summary>
    internal static Refusal NotChanged(string type) =>
        Refusal.Forbidden($"Part of a {type} is not shown to your role, so it cannot change it. Leave it out: what is there is kept.");

    /// <summary>A version as it is shown: itself when nothing of it is hidden.</summary>
    internal ResourceVersion Shown(ResourceVersion version) =>
        !version.Deleted && MayHide(version.Type, version.Bytes.Span) && Holds(version.Root) ? version.With(Cut(version.Root)) : version;

    /// <summary>True when something in a resource is hidden.</summary>
    internal bool Holds(FhirNode resource) => Found(resource).Any();

    /// <summary>True when two versions of a resource have the same hidden parts.</summary>
    internal bool Agree(ResourceVersion before, ResourceVersion after) =>
        (!MayHide(before.Type, before.Bytes.Span) && !MayHide(after.Type, after.Bytes.Span)) || Texts(before.Root).SequenceEqual(Texts(after.Root), StringComparer.Ordinal);

    private IEnumerable<string> Texts(FhirNode resource) => Found(resource).Select(node => node.ToString()).Order(StringComparer.Ordinal);

    /// <summary>
    /// What somebody writes who was shown a part: with the hidden parts of the version that is stored in place of any of its own, and its narrative where it sends none. Null when there
    /// are none in either.
    /// </summary>
    internal FhirNode? Whole(FhirNode stored, FhirNode sent)
    {
        if (!Holds(stored) && !Holds(sent))
            return null;
        using var text = new SubsettedText();
        text.Write("{"u8);
        foreach (var member in sent.Properties)
        {
            var name = member.NameUtf8;
            if (IsElement(sent, name) || name.SequenceEqual("identifier"u8))
                continue;
            text.Name(name);
            text.Write(name.SequenceEqual("meta"u8) ? Untagged(member) : member.Raw);
        }

        foreach (var member in stored.Properties)
        {
            var isNarrative = member.NameUtf8.SequenceEqual("text"u8) && !sent["text"u8].Exists;
            if (!isNarrative && !IsElement(stored, member.NameUtf8))
                continue;
            text.Name(member.NameUtf8);
            text.Write(member.Raw);
        }

        Identifiers(stored["identifier"u8], sent["identifier"u8], text);
        text.Write("}"u8);
        return FhirJson.ParseStored(text.ToArray()).Root;
    }

    private void Identifiers(FhirNode stored, FhirNode sent, SubsettedText text)
    {
        if (sent.Exists && sent.Kind != JsonKind.Array)
        {
            text.Name("identifier"u8);
            text.Write(IsIdentifier(stored) ? stored.Raw : sent.Raw);
            return;
        }

        List<FhirNode> all = [.. sent.Items.AsEnumerable().Where(item => !IsIdentifier(item)), .. stored.Items.AsEnumerable().Where(IsIdentifier)];
        if (all.Count == 0)
            return;
        text.Name("identifier"u8);
        if (sent.Exists || stored.Kind == JsonKind.Array)
            text.Array(all);
        else
            text.Write(all[0].Raw);
    }

    /// <summary>A <c>meta</c> without the tag that the reader was given.</summary>
    private static byte[] Untagged(FhirNode meta)
    {
        using var text = new SubsettedText();
        text.Write("{"u8);
        foreach (var member in meta.Properties)
        {
            if (!member.NameUtf8.SequenceEqual("tag"u8))
            {
                text.Name(member.NameUtf8);
                text.Write(member.Raw);
                continue;
            }

            var kept = member.Items.AsEnumerable().Where(tag => !SubsettedText.IsTag(tag)).ToList();
            if (kept.Count == 0)
                continue;
            text.Name("tag"u8);
            text.Array(kept);
        }

        text.Write("}"u8);
        return text.ToArray();
    }

    private bool MayHide(string type, ReadOnlySpan<byte> json) =>
        (isNational && NationalIdentifier.MayBeIn(json)) || (elements.Count > 0 && (elements.Any(element => element.StartsWith(type + ".", StringComparison.Ordinal)) || json.IndexOf("\"contained\""u8) >= 0 || type == "Bundle"));

    private bool IsIdentifier(FhirNode node) => isNational && NationalIdentifier.Is(node);

    private bool IsElement(FhirNode resource, ReadOnlySpan<byte> name)
    {
        if (elements.Count == 0 || resource["resourceType"u8].Text is not { } type)
            return false;
        var member = System.Text.Encoding.UTF8.GetString(name.StartsWith("_"u8) ? name[1..] : name);
        return elements.Contains($"{type}.{member}");
    }

    private IEnumerable<FhirNode> Found(FhirNode node)
    {
        if (IsIdentifier(node))
            return [node];
        var within = node.Kind switch { JsonKind.Object => node.Properties.AsEnumerable(), JsonKind.Array => node.Items.AsEnumerable(), _ => [] };
        return within.SelectMany(part => node.IsObject && IsElement(node, part.NameUtf8) ? [part] : Found(part));
    }

    private byte[] Cut(FhirNode resource)
    {
        using var text = new SubsettedText();
        Members(resource, text, isTop: true);
        return text.ToArray();
    }

    /// <summary>Writes what of a value is shown.</summary>
    /// <returns>False when it is hidden, or nothing of it is left.</returns>
    private bool Value(FhirNode node, SubsettedText text)
    {
        if (IsIdentifier(node))
            return false;
        if (node.IsObject)
            return Members(node, text, isTop: false) || node.Properties.Count == 0;
        if (node.Kind != JsonKind.Array)
        {
            text.Write(node.Raw);
            return true;
        }

        text.Write("["u8);
        var count = 0;
        foreach (var item in node.Items)
        {
            var before = text.Length;
            text.Item();
            if (Value(item, text))
                count++;
            else
                text.SetLength(before);
        }

        text.Write("]"u8);
        return count > 0;
    }

    private bool Members(FhirNode node, SubsettedText text, bool isTop)
    {
        text.Write("{"u8);
        var (hasMeta, count) = (false, 0);
        foreach (var member in node.Properties)
        {
            var name = member.NameUtf8;
            var isNarrative = name.SequenceEqual("text"u8) && member["div"u8].Exists;
            if (isNarrative || IsElement(node, name))
                continue;
            var before = text.Length;
            text.Name(name);
            if (isTop && name.SequenceEqual("meta"u8))
            {
                hasMeta = true;
                text.Meta(member);
            }
            else if (!Value(member, text))
            {
                text.SetLength(before);
                continue;
            }

            count++;
        }

        if (isTop && !hasMeta)
        {
            text.Name("meta"u8);
            text.Meta(default);
        }

        text.Write("}"u8);
        return count > 0;
    }
}

/// <summary>Versions as a scope is shown them.</summary>
internal static class ShownVersions
{
    /// <summary>The version itself, or what of it is shown.</summary>
    internal static ResourceVersion ShownTo(this ResourceVersion version, Reach reach)
    {
        if (!reach.IsLimited)
            return version;
        var shown = ChannelHeaders.Shown(version);
        return HiddenParts.Of(reach) is { } hidden ? hidden.Shown(shown) : shown;
    }

    /// <summary>True when who has the reach may have been shown less of a resource than there is.</summary>
    internal static bool MayHide(string type, Reach reach) => HiddenParts.Of(reach) is not null || (type == "Subscription" && reach.IsLimited);

    /// <summary>What somebody writes in the place of a version, with what of it they were not shown; null when that is nothing.</summary>
    internal static FhirNode? Whole(this ResourceVersion stored, FhirNode sent, Reach reach)
    {
        var named = stored.Type == "Subscription" && reach.IsLimited ? ChannelHeaders.Whole(stored.Root, sent) : null;
        return HiddenParts.Of(reach)?.Whole(stored.Root, named ?? sent) ?? named;
    }

    /// <summary>Each version, or what of it is shown.</summary>
    internal static List<ResourceVersion> ShownTo(this List<ResourceVersion> versions, Reach reach) => reach.IsLimited ? versions.ConvertAll(version => version.ShownTo(reach)) : versions;
}

using Microsoft.AspNetCore.Http;
using Tandem.Fhir.Json;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Rest;

namespace Tandem.Record.Bundles;

/// <summary>
/// The answers to the entries of a bundle, which together have at most the bytes of one answer (<see cref="RestLimits.AnswerBytes"/>). They are counted as they come: the writes are kept by then, and a refusal of all would have
/// clients send them again. So what is too much is told in its entry.
/// </summary>
internal sealed class EntryAnswers(FhirRequest request, FhirNode bundle, int entries)
{
    private readonly (FhirReply Reply, bool HasResource)[] answers = new (FhirReply, bool)[entries];
    private readonly int around = 400 + (2 * request.Address.Length); // of an entry, without its resource and its outcome
    private long left = request.Service.Limits.AnswerBytes;
    private bool isFull;
    private List<string>? addresses;

    /// <summary>Takes the answer to an entry that writes, or that is refused. All of these come before the first that reads.</summary>
    internal void Add(int index, FhirReply reply)
    {
        var isWanted = request.Preference == Preference.Representation;
        var isLeftOut = isWanted && reply.IsStored && !Fits(reply);
        Set(index, isLeftOut ? reply with { Body = Told("warning", "The resource is kept, and left out here: with it") } : reply, isWanted && !isLeftOut);
    }

    /// <summary>Answers an entry that reads. From the first that is too much on they are not asked any more.</summary>
    internal async Task ReadAsync(BundleEntry entry)
    {
        var reply = isFull ? TooMuch("This was not done: with more") : await EntryReads.AnswerAsync(request, entry);
        if (isFull || reply.Status != 200 || Fits(reply))
        {
            Set(entry.Index, reply, true);
            return;
        }

        isFull = true;
        var hasWritten = entry.Method == EntryMethod.Post && reply.Version is not null;
        Set(entry.Index, hasWritten ? reply with { Body = Told("warning", "This was done, and its resource is left out here: with it") } : TooMuch("The resource is left out here: with it"), false);
    }

    /// <summary>The answer to the bundle, in the order of its entries.</summary>
    /// <param name="type">transaction-response or batch-response.</param>
    internal FhirReply Response(string type)
    {
        using var bundle = new BundleWriter(type, request, answers.Select(answer => answer.Reply.Body.Length + around), isCounted: true);
        foreach (var (reply, hasResource) in answers)
            bundle.Answer(reply, hasResource);
        return new FhirReply(200, bundle.End());
    }

    private bool Fits(FhirReply reply) => around + reply.Body.Length <= left;

    /// <summary>Keeps an answer; where there is no room for its outcome either, the status alone, which is smaller than the entry that was sent.</summary>
    private void Set(int index, FhirReply reply, bool hasResource)
    {
        if (reply.Status is StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden)
            request.Scope.Trail.Refused((addresses ??= AskedEntries.Addresses(bundle, request.Own))[index]);
        left -= around + (hasResource || !reply.IsStored ? reply.Body.Length : 0);
        answers[index] = (left >= 0 ? reply : reply with { Body = default }, hasResource);
    }

    private FhirReply TooMuch(string what) => new(422, Told("error", what));

    private byte[] Told(string severity, string what) => OperationOutcomeJson.Of(
        severity, new RefusalDetail("too-costly", $"{what} the answer to the bundle would have more than {request.Service.Limits.AnswerBytes:N0} bytes. Ask for it alone, or for less at once (_count, _include)."));
}

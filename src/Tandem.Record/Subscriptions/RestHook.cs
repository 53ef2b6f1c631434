using System.Net.Http.Headers;
using System.Net.Mail;
using System.Text;
using Tandem.Kernel.Net;

namespace Tandem.Record.Subscriptions;

/// <summary>Posts notifications to endpoints: no redirects, no cookies, no proxy, and each connection only to an address the site's rules allow.</summary>
internal sealed class RestHook : IDisposable
{
    private readonly EndpointPolicy policy;
    private readonly HttpClient client;

    internal RestHook(EndpointPolicy policy)
    {
        this.policy = policy;
        client = new HttpClient(GuardedConnection.Handler(policy.MayConnect))
        {
            Timeout = Timeout.InfiniteTimeSpan, // each call brings its own
        };
    }

    /// <summary>Sends a bundle.</summary>
    /// <returns>Null when the endpoint took it, else why not, without anything the endpoint said.</returns>
    internal async Task<string?> SendAsync(Subscriber subscriber, byte[] bundle, CancellationToken cancel)
    {
        if (policy.Refused(subscriber) is { } refusal)
            return refusal.Details[0].Text; // the site's rules may have changed since the subscription was made
        using var request = new HttpRequestMessage(HttpMethod.Post, subscriber.Endpoint);
        request.Content = new ByteArrayContent(bundle);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/fhir+json");
        foreach (var (name, value) in subscriber.Headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value) && !SubscriberReader.OfTheBytes.Contains(name, StringComparer.OrdinalIgnoreCase))
                request.Content.Headers.TryAddWithoutValidation(name, value); // such as Content-Language
        }

        try
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
            return response.IsSuccessStatusCode ? null : $"The endpoint answered {(int)response.StatusCode}.";
        }
        catch (HttpRequestException e)
        {
            return e.HttpRequestError == HttpRequestError.SecureConnectionError ? "The endpoint's certificate was not accepted." : "The endpoint cannot be reached.";
        }
    }

    public void Dispose() => client.Dispose();
}

/// <summary>Sends a mail that says how many events there are and where to ask for them.</summary>
internal sealed class MailChannel(SubscriptionOptions options, EndpointPolicy policy, SubscriptionRecord record)
{
    /// <returns>Null when the relay took it, else why not.</returns>
    internal async Task<string?> SendAsync(Subscriber subscriber, string type, long last, CancellationToken cancel)
    {
        if (policy.Refused(subscriber) is { } refusal)
            return refusal.Details[0].Text;
        if (SubscriptionOptions.RelayIn(options.MailRelay) is not var (host, port) || !MailAddress.TryCreate(options.MailFrom, out var from) || EndpointPolicy.Mailbox(subscriber) is not { } mailbox)
            return "Mail cannot be sent with these settings (Subscriptions:MailRelay, Subscriptions:MailFrom).";
        using var client = new SmtpClient(host, port)
        {
            EnableSsl = !options.MailInTheClear && !IsHere(host), // STARTTLS (RFC 3207), or nothing is sent
        };
        using var message = new MailMessage(from, mailbox) { Subject = $"Tandem: {type} of subscription {subscriber.Id}", Body = Body(subscriber, type, last), BodyEncoding = Encoding.UTF8 };
        try
        {
            await client.SendMailAsync(message, cancel);
            return null;
        }
        catch (SmtpException)
        {
            return "The mail relay did not take the message.";
        }
    }

    private static bool IsHere(string host) => host == "localhost" || (System.Net.IPAddress.TryParse(host, out var address) && System.Net.IPAddress.IsLoopback(address));

    private string Body(Subscriber subscriber, string type, long last) =>
        $"{type}\nEvents since the subscription began: {last}\nStatus: {record.Address}/Subscription/{subscriber.Id}/$status\nEvents: {record.Address}/Subscription/{subscriber.Id}/$events\n";
}

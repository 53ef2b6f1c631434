using System.Text;
using Tandem.Kernel.Sealing;
using Tandem.Record.Log;
using Tandem.Record.Sealing;

namespace Tandem.Tests.Record.Sealing;

public sealed class SealRuleTests
{
    [Theory]
    [InlineData("""{"resourceType":"Subscription","channel":{"type":"rest-hook","header":["Authorization: Bearer x"]}}""", true)]
    [InlineData("""{"resourceType":"Subscription","channel":{"type":"rest-hook"}}""", false)]
    [InlineData("""{"resourceType":"Patient","channel":{"header":["x"]}}""", false)]
    public void Secrets_of_whom_a_subscription_tells_are_closed(string json, bool expected)
    {
        var version = Version(json);

        Assert.Equal(expected, new SealedContent(new FieldKeys([SealingKey.Parse(SealingKey.NewLine())]), [new SubscriptionSecrets()]).Seals(version));
        Assert.False(new SealedContent(null, [new SubscriptionSecrets()]).Seals(version)); // without keys nothing is
    }

    [Fact]
    public void A_closed_body_is_opened_when_it_is_read()
    {
        const string Json = """{"resourceType":"Patient","id":"x"}""";
        var version = Version(Json);
        version.IsSealed = true;
        var body = new SealedContent(new FieldKeys([SealingKey.Parse(SealingKey.NewLine())]), []).BodyOf(version);

        Assert.True(FieldKeys.IsClosed(body.Span));
        var read = Version(body);
        Assert.True(read.IsSealed);
        Assert.Equal(Json, Encoding.UTF8.GetString(read.Bytes.Span));
    }

    private static ResourceVersion Version(string json) => Version(Encoding.UTF8.GetBytes(json));

    private static ResourceVersion Version(ReadOnlyMemory<byte> body) => new()
    {
        Seq = 1, Rid = 1, Type = Encoding.UTF8.GetString(body.Span).Contains("Subscription", StringComparison.Ordinal) ? "Subscription" : "Patient", Id = "x", Version = 1, At = DateTimeOffset.UnixEpoch,
        Actor = "Practitioner/a", Lane = 0, Bytes = body,
    };
}

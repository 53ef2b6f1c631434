using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace Tandem.Tests.Trust.Smart;

/// <summary>Keys of apps, and assertions signed with them by the base library alone, right or wrong.</summary>
internal sealed class TestKeys : IDisposable
{
    /// <summary>An RSA key of a program, made once in a run: it takes a second.</summary>
    internal static readonly Lazy<RSAParameters> Made = new(() =>
    {
        using var key = RSA.Create(3072);
        return key.ExportParameters(includePrivateParameters: true);
    });

    private readonly ECDsa elliptic = ECDsa.Create(ECCurve.NamedCurves.nistP384);
    private readonly ECDsa stranger = ECDsa.Create(ECCurve.NamedCurves.nistP384);
    private readonly RSA rsa = RSA.Create(Made.Value);
    private int number;

    internal JsonElement Published => JsonSerializer.SerializeToElement(new { keys = new object[] { Elliptic("ec-1", elliptic), Rsa("rsa-1") } });

    internal object EllipticKey => Elliptic("ec-1", elliptic);

    /// <summary>An assertion as it should be, changed as a test wants it.</summary>
    internal string Assertion(
        string client, string audience, DateTimeOffset now, Action<Dictionary<string, object?>>? claims = null, Action<Dictionary<string, object?>>? header = null, string signedBy = "ec")
    {
        var head = new Dictionary<string, object?> { ["alg"] = signedBy == "rsa" ? "RS384" : "ES384", ["kid"] = signedBy == "rsa" ? "rsa-1" : "ec-1", ["typ"] = "JWT" };
        var body = new Dictionary<string, object?>
        {
            ["iss"] = client, ["sub"] = client, ["aud"] = audience, ["exp"] = now.AddMinutes(4).ToUnixTimeSeconds(), ["iat"] = now.ToUnixTimeSeconds(),
            ["jti"] = $"jti-{Interlocked.Increment(ref number):D8}",
        };
        claims?.Invoke(body);
        header?.Invoke(head);
        var content = $"{Encode(JsonSerializer.SerializeToUtf8Bytes(head))}.{Encode(JsonSerializer.SerializeToUtf8Bytes(body))}";
        var bytes = Encoding.ASCII.GetBytes(content);
        var signature = signedBy switch
        {
            "rsa" => rsa.SignData(bytes, HashAlgorithmName.SHA384, RSASignaturePadding.Pkcs1),
            "stranger" => stranger.SignData(bytes, HashAlgorithmName.SHA384),
            "hmac" => HMACSHA384.HashData(Encoding.UTF8.GetBytes(Published.GetRawText()), bytes),
            "rsa-256" => rsa.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
            "rsa-pss" => rsa.SignData(bytes, HashAlgorithmName.SHA384, RSASignaturePadding.Pss),
            "nobody" => [],
            "zero" => new byte[96],
            _ => elliptic.SignData(bytes, HashAlgorithmName.SHA384),
        };
        return $"{content}.{Encode(signature)}";
    }

    internal static string Encode(byte[] bytes) => Base64UrlEncoder.Encode(bytes);

    private static object Elliptic(string id, ECDsa key)
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return new { kty = "EC", crv = "P-384", kid = id, use = "sig", x = Encode(point.X!), y = Encode(point.Y!) };
    }

    private object Rsa(string id)
    {
        var numbers = rsa.ExportParameters(includePrivateParameters: false);
        return new { kty = "RSA", kid = id, use = "sig", n = Encode(numbers.Modulus!), e = Encode(numbers.Exponent!) };
    }

    public void Dispose()
    {
        elliptic.Dispose();
        stranger.Dispose();
        rsa.Dispose();
    }
}

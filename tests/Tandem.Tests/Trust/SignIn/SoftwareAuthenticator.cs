using System.Buffers.Binary;
using System.Formats.Cbor;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;

namespace Tandem.Tests.Trust.SignIn;

/// <summary>An authenticator with one key, of any kind and length (WebAuthn level 3, attestation "none"). It says that it has verified its person.</summary>
internal sealed class SoftwareAuthenticator(AsymmetricAlgorithm key) : IDisposable
{
    private const byte PersonWasVerified = 0x05;
    private const byte HoldsKey = 0x40;
    private readonly byte[] id = RandomNumberGenerator.GetBytes(16);
    private uint count;

    internal string Id => WebEncoders.Base64UrlEncode(id);

    /// <summary>The public key as authenticators give it (COSE_Key; RFC 9053 7.1, RFC 8230 4).</summary>
    internal byte[] PublicKey()
    {
        var writer = new CborWriter(CborConformanceMode.Ctap2Canonical);
        if (key is RSA rsa)
        {
            var numbers = rsa.ExportParameters(includePrivateParameters: false);
            Write(writer, (1, 3), (3, -257), (-1, numbers.Modulus!), (-2, numbers.Exponent!));
        }
        else
        {
            var point = ((ECDsa)key).ExportParameters(includePrivateParameters: false).Q;
            Write(writer, (1, 2), (3, -7), (-1, 1), (-2, point.X!), (-3, point.Y!));
        }

        return writer.Encode();
    }

    /// <summary>The answer to what the hub asks for making a passkey.</summary>
    internal string Make(JsonElement asked, Uri hub)
    {
        var length = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)id.Length);
        byte[] data = [.. Head(hub, PersonWasVerified | HoldsKey), .. new byte[16], .. length, .. id, .. PublicKey()];
        var writer = new CborWriter(CborConformanceMode.Ctap2Canonical);
        writer.WriteStartMap(3);
        writer.WriteTextString("fmt");
        writer.WriteTextString("none");
        writer.WriteTextString("attStmt");
        writer.WriteStartMap(0);
        writer.WriteEndMap();
        writer.WriteTextString("authData");
        writer.WriteByteString(data);
        writer.WriteEndMap();
        return Answer(new() { ["clientDataJSON"] = Text(Client("webauthn.create", asked, hub)), ["attestationObject"] = Text(writer.Encode()), ["transports"] = new[] { "internal" } });
    }

    /// <summary>The answer to what the hub asks for signing in.</summary>
    internal string Use(JsonElement asked, Uri hub, string person)
    {
        var client = Client("webauthn.get", asked, hub);
        var data = Head(hub, PersonWasVerified);
        byte[] signed = [.. data, .. SHA256.HashData(client)];
        var signature = key is RSA rsa
            ? rsa.SignData(signed, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : ((ECDsa)key).SignData(signed, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        return Answer(new()
        {
            ["clientDataJSON"] = Text(client), ["authenticatorData"] = Text(data), ["signature"] = Text(signature), ["userHandle"] = Text(Encoding.UTF8.GetBytes(person)),
        });
    }

    public void Dispose() => key.Dispose();

    private static void Write(CborWriter writer, params (int Label, object Value)[] entries)
    {
        writer.WriteStartMap(entries.Length);
        foreach (var (label, value) in entries)
        {
            writer.WriteInt32(label);
            if (value is int number)
                writer.WriteInt32(number);
            else
                writer.WriteByteString((byte[])value);
        }

        writer.WriteEndMap();
    }

    private static byte[] Client(string type, JsonElement asked, Uri hub) => JsonSerializer.SerializeToUtf8Bytes(
        new { type, challenge = asked.GetProperty("challenge").GetString(), origin = hub.GetLeftPart(UriPartial.Authority), crossOrigin = false });

    private byte[] Head(Uri hub, byte flags)
    {
        var counted = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(counted, ++count);
        return [.. SHA256.HashData(Encoding.UTF8.GetBytes(hub.Host)), flags, .. counted];
    }

    private string Answer(Dictionary<string, object> response) => JsonSerializer.Serialize(
        new { id = Id, rawId = Id, type = "public-key", clientExtensionResults = new { }, authenticatorAttachment = "platform", response });

    private static string Text(byte[] bytes) => WebEncoders.Base64UrlEncode(bytes);
}

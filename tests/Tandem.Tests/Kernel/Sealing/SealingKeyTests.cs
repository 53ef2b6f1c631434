using System.Security.Cryptography;
using System.Text;
using Tandem.Hub.Backup;
using Tandem.Hub.Hosting;
using Tandem.Kernel.Sealing;

namespace Tandem.Tests.Kernel.Sealing;

/// <summary>Algorithms are exchanged with keys.</summary>
public sealed class SealingKeyTests
{
    private static readonly string Line = SealingKey.NewLine();

    [Fact]
    public void What_was_closed_is_opened_by_the_same_secret_and_algorithm_alone()
    {
        var keys = new[] { SealingKey.Parse(Line), SealingKey.Parse("ChaCha20-Poly1305 " + Line), SealingKey.Parse(SealingKey.NewLine()) };
        Assert.Equal(3, keys.Select(key => key.Number).Distinct().Count());
        Assert.Equal(keys[0].Number, SealingKey.Parse($" aes-256-gcm  {Line} ").Number);
        var (nonce, closed, tag, open) = (new byte[SealingKey.NonceSize], new byte[4], new byte[SealingKey.TagSize], new byte[4]);
        foreach (var key in keys)
        {
            key.Close(nonce, "note"u8, closed, tag);
            key.Open(nonce, closed, tag, open);
            Assert.Equal("note"u8, open);
            Assert.All(keys.Where(other => other != key), other => Assert.Throws<AuthenticationTagMismatchException>(() => other.Open(nonce, closed, tag, open)));
        }
    }

    /// <summary>RFC 8439, section 2.8.2, without its associated data: the keystream of the same key, nonce and first letters.</summary>
    [Fact]
    public void ChaCha_closes_as_the_standard_says()
    {
        var key = SealingKey.Parse("chacha20-poly1305 " + Convert.ToBase64String([.. Enumerable.Range(0x80, 32).Select(number => (byte)number)]));
        var closed = new byte[16];
        key.Close(Convert.FromHexString("070000004041424344454647"), "Ladies and Gentle"u8[..16], closed, new byte[SealingKey.TagSize]);
        Assert.Equal("D31A8D34648E60DB7B86AFBC53EF7EC2", Convert.ToHexString(closed));
    }

    [Theory]
    [InlineData("")]
    [InlineData("c2hvcnQ=")]
    [InlineData("no base64!")]
    [InlineData("des AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("a b c")]
    public void What_is_no_key_is_refused(string line) => Assert.Throws<FormatException>(() => SealingKey.Parse(line));

    [Theory]
    [InlineData("", "chacha20-poly1305 ")]
    [InlineData("chacha20-poly1305 ", "")]
    public void A_backup_says_by_which_algorithm_it_was_closed_and_the_ring_goes_over_to_another(string before, string after)
    {
        using var file = new MemoryStream();
        using (var sealing = new SealingStream(file, SealingKey.Parse(before + Line)))
            sealing.Write("all of it"u8);
        file.Position = 0;
        using var opening = new OpeningStream(file, SealingKey.Parse(after + Line)); // a line that was changed since
        using var text = new StreamReader(opening);
        Assert.Equal("all of it", text.ReadToEnd());

        var closed = new RingSecrets([SealingKey.Parse(before + Line)]).Close("ring"u8.ToArray());
        Assert.Equal("ring", Encoding.UTF8.GetString(new RingSecrets([SealingKey.Parse(after + SealingKey.NewLine()), SealingKey.Parse(before + Line)]).OpenClosed(closed)));
    }
}

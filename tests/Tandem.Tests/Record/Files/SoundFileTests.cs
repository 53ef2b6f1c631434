using System.Buffers.Binary;
using System.Text;
using Tandem.Record.Files;

namespace Tandem.Tests.Record.Files;

/// <summary>Recordings lose what they tell of their making; of their sound and pictures not a byte changes.</summary>
public sealed class SoundFileTests
{
    private const string Told = FileSamples.Told;
    private static readonly byte[] Sound = [.. Enumerable.Range(0, 300).Select(number => (byte)((number * 7) | 1))];

    public static TheoryData<string, byte[]> Recordings => new()
    {
        { "audio/wav", Wave(("fmt ", new byte[16]), ("bext", Latin(Told + "!")), ("data", Sound), ("LIST", Latin("INFOIART" + Told)), ("id3 ", Latin(Told))) },
        { "audio/mpeg", [.. Id3(Told), 0xFF, 0xFB, 0x90, 0x00, .. Sound, .. Ape(Told), .. "TAG"u8, .. Latin(Told.PadRight(125))] },
        { "audio/mpeg", [0xFF, 0xFB, 0x90, 0x00, .. Sound, .. Latin("LYRICSBEGIN" + Told + "000019LYRICS200"), .. "TAG"u8, .. Latin(Told.PadRight(125))] },
        { "audio/ogg", [.. Page(0, "OpusHead and more"u8), .. Page(1, [.. "OpusTags"u8, .. Comments()]), .. Page(2, Sound)] },
        { "audio/ogg", [.. Page(0, "\u0001vorbis and more"u8), .. Page(1, [.. "\u0003vorbis"u8, .. Comments(), 1]), .. Page(2, Sound)] },
        { "video/webm", WebM(hasEnd: true) },
        { "video/webm", WebM(hasEnd: false) },
    };

    [Theory]
    [MemberData(nameof(Recordings))]
    public void A_recording_loses_what_it_tells_and_keeps_its_sound_and_is_clean_the_second_time(string type, byte[] file)
    {
        Assert.Contains(Told, Encoding.Latin1.GetString(file), StringComparison.Ordinal);

        var outcome = FileGuard.Default.Take(file, type);

        Assert.True(outcome.Refusal is null, outcome.Refusal?.Details[0].Text);
        var clean = outcome.Value.ToArray();
        Assert.DoesNotContain(Told, Encoding.Latin1.GetString(clean), StringComparison.Ordinal);
        Assert.True(clean.AsSpan().IndexOf(Sound) > 0);
        Assert.Equal(clean, FileGuard.Default.Take(clean, type).Value.ToArray());
    }

    [Fact]
    public void Pages_of_Ogg_have_the_sum_that_the_standard_wants()
    {
        byte[] page = Page(0, "OpusHead"u8);
        byte[] file = [.. page, .. Page(1, [.. "OpusTags"u8, .. Comments()])];

        var clean = FileGuard.Default.Take(file, "audio/ogg").Value.ToArray();

        Assert.Equal(file.Length, clean.Length);
        Assert.Equal(Divided(page), BinaryPrimitives.ReadUInt32LittleEndian(clean.AsSpan(22)));
    }

    [Theory]
    [InlineData("audio/ogg", "OggS then nothing that is a page, and no more of it")]
    [InlineData("audio/mpeg", "ID3\u0004\0\0\0\0\u0001\u0001 and then too little")]
    [InlineData("audio/wav", "RIFF\0\0\0\0WAVEfmt \u00FF\u00FF\u0000\u0000")]
    [InlineData("video/webm", "\u001AE\u00DF\u00A3\u0008\u00FF")]
    public void A_recording_that_cannot_be_cleaned_is_refused(string type, string file) =>
        Assert.Contains("cannot be taken out", FileGuard.Default.Take(Encoding.Latin1.GetBytes(file), type).Refusal!.Details[0].Text, StringComparison.Ordinal);

    private static byte[] Latin(string text) => Encoding.Latin1.GetBytes(text);

    private static byte[] Four(int number)
    {
        var four = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(four, number);
        return four;
    }

    private static byte[] Wave(params (string Name, byte[] Content)[] chunks)
    {
        byte[] content = [.. chunks.SelectMany(chunk => (byte[])[.. Latin(chunk.Name), .. Four(chunk.Content.Length), .. chunk.Content, .. new byte[chunk.Content.Length % 2]])];
        return [.. "RIFF"u8, .. Four(content.Length + 4), .. "WAVE"u8, .. content];
    }

    private static byte[] Id3(string text) => [.. "ID3"u8, 4, 0, 0, 0, 0, 0, (byte)text.Length, .. Latin(text)];

    private static byte[] Ape(string text) => [.. Latin(text), .. "APETAGEX"u8, .. Four(2000), .. Four(text.Length + 32), .. Four(1), .. Four(0), .. new byte[8]];

    private static byte[] Comments() => [.. Four(Told.Length), .. Latin(Told), .. Four(2), .. Four(Told.Length + 7), .. Latin("ARTIST=" + Told), .. Four(1), (byte)'x'];

    /// <summary>A page with one packet, without a sum.</summary>
    private static byte[] Page(int number, ReadOnlySpan<byte> packet) =>
    [
        .. "OggS"u8, 0, (byte)(number == 0 ? 2 : 0), .. new byte[8], 7, 0, 0, 0, .. Four(number), .. new byte[4], (byte)((packet.Length / 255) + 1),
        .. Enumerable.Repeat((byte)255, packet.Length / 255), (byte)(packet.Length % 255), .. packet,
    ];

    /// <summary>The remainder of a page, bit by bit, by the polynomial of RFC 3533, 6.</summary>
    private static uint Divided(ReadOnlySpan<byte> page)
    {
        var rest = 0u;
        foreach (var one in page)
        {
            for (var bit = 7; bit >= 0; bit--)
            {
                var carry = (rest >> 31) ^ (uint)((one >> bit) & 1);
                rest = (rest << 1) ^ (carry * 0x04c11db7u);
            }
        }

        return rest;
    }

    private static byte[] Element(uint id, params byte[][] parts)
    {
        byte[] content = [.. parts.SelectMany(part => part)];
        byte[] name = [.. new[] { id >> 24, id >> 16, id >> 8, id }.Select(part => (byte)part).SkipWhile(part => part == 0)];
        return [.. name, 0x40, (byte)content.Length, .. content]; // sizes of two bytes hold up to 16,382
    }

    private static byte[] Element(uint id, string text) => Element(id, Latin(text));

    /// <summary>A segment with all that can tell; a browser's recorder does not say how long segment and clusters are.</summary>
    private static byte[] WebM(bool hasEnd)
    {
        byte[] sound = [0xA3, 0x41, 0x2C, .. Sound];
        byte[] head =
        [
            .. Element(0x1549A966, Element(0x2AD7B1, [0x0F, 0x42, 0x40]), Element(0x7BA9, Told), Element(0x4461, new byte[8]), Element(0x4D80, Told), Element(0x5741, Told)),
            .. Element(0x1654AE6B, Element(0xAE, Element(0xD7, [1]), Element(0x536E, Told))), .. Element(0x1941A469, Told), .. Element(0x1254C367, Told),
        ];
        byte[] content = hasEnd
            ? [.. head, 0x1F, 0x43, 0xB6, 0x75, 0x41, 0x32, 0xE7, 0x81, 1, .. sound]
            : [.. head, 0x1F, 0x43, 0xB6, 0x75, 0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xE7, 0x81, 1, .. sound, .. Element(0x1254C367, Told)];
        byte[] size = hasEnd ? [(byte)(0x40 | (content.Length >> 8)), (byte)content.Length] : [0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF];
        return [.. Element(0x1A45DFA3, Element(0x4282, "webm")), 0x18, 0x53, 0x80, 0x67, .. size, .. content];
    }
}

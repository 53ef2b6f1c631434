using QRCoder;

namespace Tandem.Trust.SignIn.Passwords;

/// <summary>An address as a picture that authenticators read (QR code), for the src of an image.</summary>
internal static class CodePicture
{
    private const int PixelsPerModule = 6;

    internal static string Of(string address)
    {
        using var generator = new QRCodeGenerator();
        using var data = generator.CreateQrCode(address, QRCodeGenerator.ECCLevel.M);
        using var picture = new PngByteQRCode(data);
        return "data:image/png;base64," + Convert.ToBase64String(picture.GetGraphic(PixelsPerModule));
    }
}

using Xunit;

namespace Tandem.Tests.Fhir.Validation;

/// <summary>Attachments (R4 2.24.0.8).</summary>
public sealed class AttachmentTests
{
    [Theory] // bytes of the content itself, before it was written in base64
    [InlineData("aGVsbG8=", "5", "")]
    [InlineData("aGVs\\nbG8=", "5", "")]
    [InlineData("aGVsbG8=", "8", "error value DocumentReference.content[0].attachment.size")]
    [InlineData("aGVs\\nbG8=", "8", "error value DocumentReference.content[0].attachment.size")]
    public void The_size_of_an_attachment_is_that_of_its_data(string data, string size, string finds) =>
        Assert.Equal(finds, new Checked().Finds($$"""{"resourceType":"DocumentReference","status":"current","content":[{"attachment":{"contentType":"text/plain","data":"{{data}}","size":{{size}} } }]}"""));
}

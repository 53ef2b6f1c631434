using System.Security.Cryptography;
using System.Text.Json;
using Tandem.Kernel.Actors;
using Tandem.Trust;
using Tandem.Trust.SignIn;
using Tandem.Trust.SignIn.Passkeys;

namespace Tandem.Tests.Trust.SignIn;

/// <summary>How strong an authenticator's key has to be.</summary>
public sealed class PasskeyLengthTests : IAsyncLifetime
{
    private static readonly Person Ana = new("ana", "Ana Testperson", Administration.Role, null, []);
    private HubBrowser hub = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private Uri Here => new(hub.Hub.Urls.First());

    public async ValueTask InitializeAsync() => hub = await HubBrowser.StartAsync();

    public ValueTask DisposeAsync() => hub.DisposeAsync();

    [Fact]
    public async Task A_curve_is_asked_for_first_and_RSA_of_2048_bits_is_refused_with_what_to_do()
    {
        var link = await hub.LinkOfAsync(Ana);
        using var browser = hub.NewBrowser(namesOrigin: true);
        await browser.SendAsync(link, null);
        var asked = await AskedAsync(browser, "/sign-in/means");
        Assert.Equal(-7, asked.GetProperty("pubKeyCredParams")[0].GetProperty("alg").GetInt32()); // ES256

        using var old = new SoftwareAuthenticator(RSA.Create(2048));
        var (_, where, _) = await browser.SendAsync("/sign-in/means", "/sign-in/means/passkey", ("credential", old.Make(asked, Here)));
        Assert.Equal("/sign-in/means", where);
        Assert.Contains("RSA of 2048 bits; 3072 are needed", (await browser.OpenAsync("/sign-in/means")).Page.QuerySelector("[role=alert].notice, .notice[role=alert]")?.TextContent, StringComparison.Ordinal);
        Assert.Empty(hub.Get<Passkeys>().Of(Ana.Id));

        foreach (var key in new AsymmetricAlgorithm[] { RSA.Create(3072), ECDsa.Create(ECCurve.NamedCurves.nistP256) })
        {
            using var device = new SoftwareAuthenticator(key);
            var page = hub.Get<Passkeys>().Of(Ana.Id).Count == 0 ? "/sign-in/means" : "/account";
            await browser.SendAsync(page, "/sign-in/means/passkey", ("credential", device.Make(await AskedAsync(browser, page), Here)));
            Assert.Contains(hub.Get<Passkeys>().Of(Ana.Id), passkey => passkey.Id == device.Id);
            Assert.Equal("/", await SignInAsync(device));
        }

        Assert.Equal([3072, null], hub.Get<Passkeys>().Of(Ana.Id).OrderBy(passkey => passkey.RsaBits is null).Select(passkey => passkey.RsaBits));
    }

    [Fact]
    public async Task A_short_key_of_before_goes_on_and_is_told_to_its_person_and_the_administrator()
    {
        var link = await hub.LinkOfAsync(Ana);
        using var old = new SoftwareAuthenticator(RSA.Create(2048));
        await hub.Record.WriteAsync<int>(
            AccessScope.System,
            session =>
            {
                session.Write(Passkey.Table, new PasskeyRow(old.Id, Ana.Id, "Old laptop", session.Now, null, old.PublicKey(), 0, "internal", true, false, false).Values());
                return 0;
            },
            Cancel);
        using var browser = hub.NewBrowser(namesOrigin: true);
        await browser.SendAsync(link, null);

        Assert.Equal("/", await SignInAsync(old, browser));
        Assert.Contains("RSA of 2048 bits", (await browser.OpenAsync("/account")).Page.QuerySelector("#passkeys")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("1 person signs in by a passkey with a short key", (await browser.OpenAsync("/people")).Page.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void An_authenticators_key_that_cannot_be_read_is_no_key()
    {
        Assert.Equal(0, KeyLength.OfAuthenticator(new byte[] { 0xA1, 0x01 }));
        Assert.Equal(0, KeyLength.OfAuthenticator(new byte[] { 0xA1, 0x01, 0x03 })); // RSA without a modulus
        using var curve = new SoftwareAuthenticator(ECDsa.Create(ECCurve.NamedCurves.nistP256));
        Assert.Null(KeyLength.OfAuthenticator(curve.PublicKey()));
    }

    private async Task<string?> SignInAsync(SoftwareAuthenticator device, BrowserWithoutScripts? browser = null)
    {
        using var own = browser is null ? hub.NewBrowser(namesOrigin: true) : null;
        browser ??= own!;
        var asked = await AskedAsync(browser, "/sign-in");
        return (await browser.SendAsync("/sign-in", "/sign-in/passkey", ("credential", device.Use(asked, Here, Ana.Id)))).Location;
    }

    /// <summary>What the hub asks the authenticator for, as the page's script gets it.</summary>
    private static async Task<JsonElement> AskedAsync(BrowserWithoutScripts browser, string page)
    {
        var options = (await browser.OpenAsync(page)).Page.QuerySelector("tandem-passkey")!.GetAttribute("options")!;
        return JsonSerializer.Deserialize<JsonElement>(await browser.AskAsync(page, options));
    }
}

using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Tandem.EndToEnd.Support;

namespace Tandem.EndToEnd.SignIn;

/// <summary>A password with codes, set up and used with the keyboard alone.</summary>
public sealed class PasswordPagesTests(SharedBrowser browser)
{
    private const string Login = "kim@sample.example";
    private const string Password = "three blue lanterns";

    [Fact]
    public async Task Who_has_no_passkey_signs_in_with_password_and_code_by_keyboard()
    {
        await using var hub = await HubProcess.StartAsync(closed: true, TestContext.Current.CancellationToken);
        await using var visit = await browser.VisitAsync(hub.Address, Look.Desk);
        await PasskeyJourneyTests.SetUpAsync(visit, hub);
        var page = visit.Page;

        await visit.OpenAsync("/sign-in/means/password");
        var secret = await page.Locator("#authenticator code").InnerTextAsync();
        await FillAsync(page, ("login", Login), ("password", Password), ("again", Password));
        await TypeAsync(page, ("code", CodeOf(secret, TimeProvider.System.GetUtcNow())));
        await Assertions.Expect(page.Locator(".recovery li").First).ToBeVisibleAsync();
        var spare = await page.Locator(".recovery li").First.InnerTextAsync();

        await visit.OpenAsync("/account");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).PressAsync("Enter");
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("/sign-in$"));
        await TypeAsync(page, ("login", Login), ("password", Password));
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("/sign-in/code$"));
        await visit.ReadsWellInEveryLookAsync("sign-in-code", EveryLook.PortalBudget);

        await TypeAsync(page, ("code", spare));
        await Assertions.Expect(page.GetByRole(AriaRole.Banner).GetByRole(AriaRole.Link, new() { Name = "Kim Testperson" })).ToBeVisibleAsync();
        Assert.Empty(visit.Complaints);
    }

    /// <summary>Goes from field to field by Tab, types, and sends by Enter.</summary>
    private static async Task TypeAsync(IPage page, params (string Field, string Text)[] entries)
    {
        await FillAsync(page, entries);
        await page.Keyboard.PressAsync("Enter");
    }

    private static async Task FillAsync(IPage page, params (string Field, string Text)[] entries)
    {
        foreach (var (field, text) in entries)
        {
            var tabs = 0;
            while (await page.EvaluateAsync<string?>("() => document.activeElement?.getAttribute('name')") != field)
            {
                Assert.True(++tabs < 40, $"Tab does not come to {field}.");
                await page.Keyboard.PressAsync("Tab");
            }

            await page.Keyboard.TypeAsync(text);
        }
    }

    /// <summary>RFC 6238 as authenticators have it: SHA-1, six digits, thirty seconds.</summary>
    private static string CodeOf(string secret, DateTimeOffset now)
    {
        var bits = string.Concat(secret.Where(char.IsLetterOrDigit).Select(letter => Convert.ToString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(letter, StringComparison.Ordinal), 2).PadLeft(5, '0')));
        var key = bits.Chunk(8).Where(eight => eight.Length == 8).Select(eight => Convert.ToByte(new string(eight), 2)).ToArray();
        Span<byte> step = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(step, now.ToUnixTimeSeconds() / 30);
#pragma warning disable CA5350 // what authenticators compute
        var hash = HMACSHA1.HashData(key, step);
#pragma warning restore CA5350
        var number = BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(hash[^1] & 15)) & int.MaxValue;
        return (number % 1_000_000).ToString("D6", CultureInfo.InvariantCulture);
    }
}

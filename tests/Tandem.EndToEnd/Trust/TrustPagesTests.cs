using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Tandem.EndToEnd.Support;
using Tandem.Trust.SignIn;

namespace Tandem.EndToEnd.Trust;

/// <summary>The pages about who may see what: a person's own record, the access log, why and by whom a record is seen, and the way into it in an emergency.</summary>
public sealed class TrustPagesTests(SharedBrowser browser) : IAsyncLifetime
{
    private static readonly Person Nurse = new("ana", "Ana Testperson", "nurse", null, []);
    private GuardedHub hub = null!;

    public async ValueTask InitializeAsync()
    {
        hub = await GuardedHub.StartAsync();
        foreach (var (id, family) in new[] { ("pia", "Sampleton"), ("tom", "Otherton") })
        {
            await hub.PutAsync("Patient", id, $$"""{"resourceType":"Patient","identifier":[{"system":"http://hl7.org/fhir/sid/us-ssn","value":"999-00-1234"},{"system":"urn:example:mrn","value":"M-{{id}}"}],"name":[{"family":"{{family}}","given":["Sample"]}],"birthDate":"1951-03-04","gender":"female"}""");
            await hub.PutAsync("Observation", $"lab-{id}", $$$"""{"resourceType":"Observation","status":"final","category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"laboratory"}]}],"code":{"coding":[{"system":"http://loinc.org","code":"2823-3"}],"text":"Potassium"},"subject":{"reference":"Patient/{{{id}}}"},"effectiveDateTime":"2026-03-01","valueQuantity":{"value":4.1,"unit":"mmol/L"}}""");
            await hub.PutAsync("Condition", $"alcohol-{id}", $$$"""{"resourceType":"Condition","code":{"coding":[{"system":"http://hl7.org/fhir/sid/icd-10-cm","code":"F10.20"}],"text":"x"},"subject":{"reference":"Patient/{{{id}}}"}}""");
        }

        await hub.PutAsync("CareTeam", "team-pia", """{"resourceType":"CareTeam","status":"active","subject":{"reference":"Patient/pia"},"participant":[{"member":{"reference":"Practitioner/ana"}},{"member":{"reference":"Practitioner/lucia"}},{"member":{"reference":"Practitioner/sol"}}]}""");
        await hub.PutAsync("Consent", "c", """{"resourceType":"Consent","status":"active","patient":{"reference":"Patient/pia"},"dateTime":"2026-01-01","provision":{"type":"permit","securityLabel":[{"code":"ETH"}]}}""");
    }

    public async ValueTask DisposeAsync()
    {
        if (hub is not null)
            await hub.DisposeAsync();
    }

    [Fact]
    public async Task Every_page_can_be_read_by_everybody_whom_it_is_for()
    {
        await using (var ana = await hub.SignedInAsync(browser, Nurse, Look.Desk))
        {
            await ana.Page.GotoAsync(hub.Address + "/patients/pia");
            await ReadAsync(ana, EveryLook.StaffBudget, ("/access/patients/pia/accounts", "accounts"));
        }

        await using (var sol = await hub.SignedInAsync(browser, new Person("sol", "Sol Testperson", "social-worker", null, []), Look.Desk))
        {
            await ReadAsync(sol, EveryLook.StaffBudget, ("/patients/pia", "hidden-parts")); // as shipped, social workers are not shown national identifiers
            await Assertions.Expect(sol.Page.Locator("[data-hidden]")).ToBeVisibleAsync();
            await Assertions.Expect(sol.Page.Locator("main")).Not.ToContainTextAsync("999-00");
        }

        await using var pia = await hub.SignedInAsync(browser, new Person("pia", "Sample Sampleton", "patient", null, []), Look.Desk, atTheDoor: visit => visit.ReadsWellInEveryLookAsync("sign-in-link", EveryLook.PortalBudget));
        await Assertions.Expect(pia.Page).ToHaveURLAsync(new Regex("/my-record$"));
        await pia.Page.GetByRole(AriaRole.Link, new() { Name = "Ask for an amendment" }).ClickAsync();
        await pia.Page.Locator("select[name=entry]").SelectOptionAsync("Observation/lab-pia");
        await pia.Page.Locator("textarea[name=what]").FillAsync("It was 3.9");
        await pia.Page.Locator("textarea[name=why]").FillAsync("The paper says so");
        await pia.Page.GetByRole(AriaRole.Button, new() { Name = "Send the request" }).ClickAsync();
        await Assertions.Expect(pia.Page.Locator("#amendment-0")).ToContainTextAsync("Waits for an answer");
        await ReadAsync(pia, EveryLook.PortalBudget, ("/my-record", "my-record"), ("/patients/pia/seen", "seen"), ("/patients/pia/disclosures", "disclosures"), ("/patients/pia/amendments", "amendments"), ("/access/patients/pia", "access"), ("/connected-apps", "connected"));
        await using var lucia = await hub.SignedInAsync(browser, new Person("lucia", "Lucia Testperson", "privacy-officer", null, []), Look.Desk);
        await ReadAsync(lucia, EveryLook.StaffBudget, ("/audit", "audit"), ("/audit?view=permissions", "audit-permissions"), ("/audit?view=unusual", "audit-unusual"), ("/audit/retention", "retention"), ("/audit/studies", "studies"),
            ("/access/emergencies", "reviews"), ("/access/try?role=social-worker&patient=pia", "try"), ("/patients/pia/disclosures", "disclosures-staff"), ("/patients/pia/amendments", "amendments-staff"));
        await HoldBackAsync(lucia);
        await AcceptAsync(lucia);
        await lucia.Page.GotoAsync(hub.Address + "/audit/retention?kind=messages");
        await lucia.Page.GetByLabel("Kept for (days)").FillAsync("3653");
        await lucia.Page.GetByRole(AriaRole.Button, new() { Name = "See what it would do" }).ClickAsync();
        await Assertions.Expect(lucia.Page.GetByRole(AriaRole.Button, new() { Name = "Set the rule" })).ToBeVisibleAsync();
        await lucia.ReadsWellInEveryLookAsync("retention-rule", EveryLook.StaffBudget);
        await lucia.PrintedPagesAsync("Letter", "retention");
    }

    /// <summary>What is held back for an agency is on the screen of the privacy officer and not on the paper that is handed out.</summary>
    private async Task HoldBackAsync(Visit lucia)
    {
        await lucia.Page.GotoAsync(hub.Address + "/patients/pia/disclosures");
        await lucia.Page.Locator("#note [name=day]").FillAsync("2026-03-02");
        await lucia.Page.Locator("#note [name=recipient]").FillAsync("Sample bureau");
        await lucia.Page.Locator("#note [name=what]").FillAsync("A wound");
        await lucia.Page.Locator("#note [name=purpose]").SelectOptionAsync("law-enforcement");
        await lucia.Page.Locator("#note button").ClickAsync();
        await Assertions.Expect(lucia.Page.Locator("#lines")).ToContainTextAsync("A wound");
        await lucia.Page.Locator("#held [name=agency]").FillAsync("Sample bureau");
        await lucia.Page.Locator("#held [name=official]").FillAsync("Inspector Sampleton");
        await lucia.Page.Locator("#held [name=purpose]").SelectOptionAsync("law-enforcement");
        await lucia.Page.Locator("#held [name=form][value=oral]").CheckAsync();
        await lucia.Page.Locator("#held [name=stated]").FillAsync(TimeProvider.System.GetUtcNow().AddDays(-1).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));
        await lucia.Page.Locator("#held [name=reason]").FillAsync("It would warn them; case 41");
        await lucia.Page.Locator("#held form[action$='/begin'] button").ClickAsync();
        await Assertions.Expect(lucia.Page.Locator("#held")).ToContainTextAsync("in force until");
        await Assertions.Expect(lucia.Page.Locator("#held")).ToContainTextAsync("A wound");
        await Assertions.Expect(lucia.Page.Locator("#lines")).Not.ToContainTextAsync("A wound");
        await lucia.AxeFindsNothingAsync();
        await lucia.Page.EmulateMediaAsync(new() { Media = Media.Print });
        await Assertions.Expect(lucia.Page.Locator("#held")).ToBeHiddenAsync();
        await lucia.Page.EmulateMediaAsync(new() { Media = Media.Null });
        Assert.Equal(1, await lucia.PrintedPagesAsync("Letter", "disclosures"));
    }

    /// <summary>An amendment is accepted, and the notice of it can be printed.</summary>
    private async Task AcceptAsync(Visit lucia)
    {
        await lucia.Page.GotoAsync(hub.Address + "/patients/pia/amendments");
        await lucia.Page.Locator("[name=outcome][value=accepted]").CheckAsync();
        await lucia.Page.Locator("[name=text]").FillAsync("It was 3.9");
        await lucia.Page.Locator("[name=tell]").FillAsync("Dr Sample, 1 Sample Road");
        await lucia.Page.GetByRole(AriaRole.Button, new() { Name = "Send the answer" }).ClickAsync();
        await lucia.AxeFindsNothingAsync();
        Assert.Equal(1, await lucia.PrintedPagesAsync("Letter", "amendments"));
        await lucia.Page.GetByRole(AriaRole.Link, new() { Name = "Notice to Dr Sample, 1 Sample Road" }).ClickAsync();
        await Assertions.Expect(lucia.Page.Locator("#notice")).ToContainTextAsync("It was 3.9");
        await lucia.ReadsWellInEveryLookAsync("amendment-notice", EveryLook.StaffBudget);
        Assert.Equal(1, await lucia.PrintedPagesAsync("Letter", "notice"));
        await lucia.Page.EmulateMediaAsync(new() { Media = Media.Print });
        await Assertions.Expect(lucia.Page.Locator(".back").First).ToBeHiddenAsync(); // it is a letter
        await lucia.Page.EmulateMediaAsync(new() { Media = Media.Null });
        await lucia.Page.GotoAsync(hub.Address + "/account");
        await Assertions.Expect(lucia.Page.Locator("#sessions .account-item").First).ToBeVisibleAsync();
        await lucia.PictureAsync("account");
    }

    [Fact]
    public async Task A_daughter_is_let_in_with_the_patients_agreement_and_her_access_ended_without_scripts()
    {
        await using var ana = await hub.SignedInAsync(browser, Nurse, Look.Phone, javaScript: false);
        await ana.Page.GotoAsync(hub.Address + "/access/patients/pia");
        await ana.Page.GetByRole(AriaRole.Link, new() { Name = "Accounts for this record" }).ClickAsync();
        await ana.Page.Locator("input[name=name]").FillAsync("Dana Sampleton");
        await ana.Page.Locator("select[name=relationship]").SelectOptionAsync("CHILD");
        await ana.Page.GetByRole(AriaRole.Button, new() { Name = "Add and make a link" }).ClickAsync();
        await Assertions.Expect(ana.Page.Locator(".error-summary, [role=alert]").First).ToContainTextAsync("An adult decides alone");
        await Assertions.Expect(ana.Page.Locator("input[name=name]")).ToHaveValueAsync("Dana Sampleton");

        await ana.Page.Locator("input[name=agreed]").CheckAsync();
        await ana.Page.GetByRole(AriaRole.Button, new() { Name = "Add and make a link" }).ClickAsync();
        await Assertions.Expect(ana.Page.Locator("code.link-once")).ToContainTextAsync("/sign-in/");
        var row = ana.Page.GetByRole(AriaRole.Row, new() { Name = "Dana Sampleton" });
        await Assertions.Expect(row).ToContainTextAsync("Daughter or son");
        await ana.PictureAsync("let-in");

        await row.GetByRole(AriaRole.Button, new() { Name = "End access of Dana Sampleton" }).ClickAsync();
        await Assertions.Expect(ana.Page.GetByText("Access has ended")).ToBeVisibleAsync();
        await Assertions.Expect(ana.Page.GetByRole(AriaRole.Row, new() { Name = "Dana Sampleton" })).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_record_is_opened_in_an_emergency_with_a_reason_and_reviewed_without_scripts()
    {
        await using var ana = await hub.SignedInAsync(browser, Nurse, Look.Phone, javaScript: false);
        await ana.Page.GotoAsync(hub.Address + "/access/patients/tom");
        await ana.PictureAsync("why-not");
        await ana.Page.Locator("textarea[name=reason]").FillAsync("Unconscious in our emergency department");
        await ana.Page.Locator("main form[action$='/emergency'] button").ClickAsync();
        await ana.Page.GotoAsync(hub.Address + "/patients/tom");
        await Assertions.Expect(ana.Page.GetByText("Sample Otherton").First).ToBeVisibleAsync();
        await Assertions.Expect(ana.Page.Locator(".notice").First).ToBeVisibleAsync();
        await Assertions.Expect(ana.Page.Locator("[data-redisclosure]")).ToBeVisibleAsync();
        await ana.PictureAsync("opened");
        await ana.Page.EmulateMediaAsync(new() { Media = Media.Print });
        await Assertions.Expect(ana.Page.Locator("[data-redisclosure]")).ToBeVisibleAsync();
        await ana.PictureAsync("opened-on-paper");
        await ana.Page.GotoAsync(hub.Address + "/worklist");
        await Assertions.Expect(ana.Page.Locator("[data-redisclosure]")).ToBeVisibleAsync();
        await ana.Page.EmulateMediaAsync(new() { Media = Media.Screen });
        await Assertions.Expect(ana.Page.Locator("[data-redisclosure]")).ToBeHiddenAsync();

        await using var lucia = await hub.SignedInAsync(browser, new Person("lucia", "Lucia Testperson", "privacy-officer", null, []), Look.Desk, javaScript: false);
        await lucia.Page.GotoAsync(hub.Address + "/audit?view=break-glass");
        await Assertions.Expect(lucia.Page.GetByText("Opened the record in an emergency").First).ToBeVisibleAsync();
    }

    [Fact]
    public async Task An_emergency_is_walked_by_keyboard_from_the_refusal_to_the_review_and_counselling_notes_stay_closed()
    {
        await hub.PutAsync("DocumentReference", "counsel", """{"resourceType":"DocumentReference","status":"current","type":{"coding":[{"system":"http://loinc.org","code":"34126-3"}],"text":"Zcounsel"},"date":"2026-02-03T10:00:00Z","subject":{"reference":"Patient/tom"},"content":[{"attachment":{"title":"Zcounsel"}}]}""");
        await using var ana = await hub.SignedInAsync(browser, Nurse, Look.Desk);
        await ana.Page.GotoAsync(hub.Address + "/patients/tom");
        await LookedAtAsync(ana, "glass-1-refused");
        await ReachAsync(ana, "main a[href='/access/patients/tom']");
        await ana.GoesOnAsync(() => ana.Page.Keyboard.PressAsync("Enter"));
        await LookedAtAsync(ana, "glass-2-why");
        await ReachAsync(ana, "textarea[name=reason]");
        await ana.Page.Keyboard.TypeAsync("Unconscious in our emergency department");
        await ana.Page.Keyboard.PressAsync("Tab");
        await ana.GoesOnAsync(() => ana.Page.Keyboard.PressAsync("Enter"));
        await Assertions.Expect(ana.Page).ToHaveURLAsync(new Regex("/patients/tom$"));
        await Assertions.Expect(ana.Page.Locator(".notice").First).ToBeVisibleAsync();
        await LookedAtAsync(ana, "glass-3-opened");
        await Assertions.Expect(ana.Page.Locator("main")).ToContainTextAsync("Potassium");
        await Assertions.Expect(ana.Page.Locator("body")).Not.ToContainTextAsync("Zcounsel");
        var notes = await ana.Page.APIRequest.GetAsync(hub.Address + "/fhir/DocumentReference?patient=tom&_total=accurate");
        Assert.Contains("\"total\":0", await notes.TextAsync(), StringComparison.Ordinal);

        await using var lucia = await hub.SignedInAsync(browser, new Person("lucia", "Lucia Testperson", "privacy-officer", null, ["CareTeam/team-privacy"]), Look.Desk);
        await lucia.Page.GotoAsync(hub.Address + "/access/emergencies");
        await LookedAtAsync(lucia, "glass-4-review");
        await Assertions.Expect(lucia.Page.Locator("main dl")).ToContainTextAsync("Reason given");
        await ReachAsync(lucia, "input[name=outcome]");
        await lucia.Page.Keyboard.PressAsync("Space");
        await ReachAsync(lucia, "textarea[name=note]");
        await lucia.Page.Keyboard.TypeAsync("The chart confirms it.");
        await lucia.Page.Keyboard.PressAsync("Tab");
        await lucia.GoesOnAsync(() => lucia.Page.Keyboard.PressAsync("Enter"));
        await Assertions.Expect(lucia.Page.Locator("main table")).ToContainTextAsync("Justified · The chart confirms it.");
        await Assertions.Expect(lucia.Page.Locator("textarea[name=note]")).ToHaveCountAsync(0);
        await LookedAtAsync(lucia, "glass-5-reviewed");
        Assert.Empty(lucia.Complaints);
    }

    /// <summary>The open page on a desk and on a phone, in both languages; back to the desk in English at the end.</summary>
    private static async Task LookedAtAsync(Visit visit, string name)
    {
        foreach (var look in (Look[])[new("light", "es", 1280), new("light", "es", 390), Look.Phone, Look.Desk])
        {
            await visit.SeeAsAsync(look);
            await visit.PictureAsync(name);
            await visit.NothingSticksOutAsync();
        }

        await visit.AxeFindsNothingAsync();
    }

    /// <summary>Goes on with the tab key until what is meant has the focus.</summary>
    private static async Task ReachAsync(Visit visit, string selector)
    {
        for (var stops = 0; stops < 120; stops++)
        {
            await visit.Page.Keyboard.PressAsync("Tab");
            if (await visit.Page.EvaluateAsync<bool>("selector => document.activeElement.matches(selector)", selector))
                return;
        }

        Assert.Fail($"The tab key does not reach {selector} on {visit.Page.Url}.");
    }

    [Fact]
    public async Task What_a_session_showed_leaves_the_screen_when_the_session_ends_elsewhere()
    {
        await using var ana = await hub.SignedInAsync(browser, Nurse, Look.Desk);
        await ana.Page.GotoAsync(hub.Address + "/patients/pia");
        await Assertions.Expect(ana.Page.GetByText("Sampleton").First).ToBeVisibleAsync();
        await hub.EndSessionsAsync(Nurse);
        await ana.Page.EvaluateAsync("document.dispatchEvent(new Event('visibilitychange'))"); // as when the reader comes back to the window

        await Assertions.Expect(ana.Page).ToHaveURLAsync(new Regex("/sign-in$"));
        await Assertions.Expect(ana.Page.Locator("body")).Not.ToContainTextAsync("Sampleton");
    }

    private static async Task ReadAsync(Visit visit, int budget, params (string Path, string Name)[] pages)
    {
        foreach (var (path, name) in pages)
        {
            await visit.Page.GotoAsync(new Uri(new Uri(visit.Page.Url), path).ToString());
            await visit.ReadsWellInEveryLookAsync(name, budget);
        }

        Assert.Empty(visit.Complaints);
    }
}

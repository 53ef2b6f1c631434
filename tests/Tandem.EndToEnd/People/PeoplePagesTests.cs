using Microsoft.Playwright;
using Tandem.EndToEnd.Support;

namespace Tandem.EndToEnd.People;

/// <summary>The pages of people, organisations and teams in a browser, also without scripts.</summary>
[Collection<HubOfWorklists>]
public sealed class PeoplePagesTests(HubInBrowser hub)
{
    [Fact]
    public async Task An_administrator_makes_a_house_a_person_with_a_role_and_a_team_without_scripts()
    {
        await using var visit = await hub.VisitAsync(Look.Phone, javaScript: false);
        var page = visit.Page;
        await visit.OpenAsync("/organizations/new");
        await page.GetByLabel("Name").FillAsync("Lakeside Sample Clinic");
        await page.GetByLabel("Kind").SelectOptionAsync("clinic");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Assertions.Expect(page.GetByText("The organisation was saved.")).ToBeVisibleAsync();

        await visit.OpenAsync("/people/new");
        await page.GetByLabel("Full name").FillAsync("Ola Sample-Lund");
        await page.GetByLabel("Sign-in name").FillAsync("ola@sample.example");
        await page.GetByLabel("Looked after by").SelectOptionAsync(new SelectOptionValue { Label = "Lakeside Sample Clinic" });
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await page.GetByLabel("New role").SelectOptionAsync("nurse");
        await page.GetByLabel("Organisation", new() { Exact = true }).SelectOptionAsync(new SelectOptionValue { Label = "Lakeside Sample Clinic" });
        await page.GetByRole(AriaRole.Button, new() { Name = "Give this role" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Take away Nurse, Lakeside Sample Clinic" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Make a sign-in link" }).ClickAsync();
        await Assertions.Expect(page.Locator("code.link-once")).ToContainTextAsync("/sign-in/");

        await visit.OpenAsync("/teams/new");
        await page.GetByLabel("Name").FillAsync("Lakeside desk");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await page.GetByLabel("New member").SelectOptionAsync(new SelectOptionValue { Label = "Ola Sample-Lund" });
        await page.GetByRole(AriaRole.Button, new() { Name = "Add to the team" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = "Ola Sample-Lund" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Every_page_can_be_read_by_everybody()
    {
        await using var visit = await hub.VisitAsync(Look.Desk);
        foreach (var (path, name) in new[]
        {
            ("/people", "people"), ("/people/new", "person"), ("/people/import", "import"), ("/organizations", "organizations"), ("/organizations/region", "organization"), ("/teams", "teams"),
            ("/teams/new", "team"), ("/sign-in?failed=1", "sign-in"), ("/account", "account-open"),
        })
        {
            await visit.OpenAsync(path);
            await visit.ReadsWellInEveryLookAsync(name);
        }

        Assert.Empty(visit.Complaints);
    }
}

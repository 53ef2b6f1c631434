using Microsoft.Extensions.Configuration;
using Tandem.Hub.Commands;
using Tandem.Hub.Hosting;
using Tandem.Record.Validation;
using Tandem.Tests.Support;
using Tandem.Trial.Open;
using Tandem.Trust.Audit;

namespace Tandem.Tests.Hub.Hosting;

/// <summary>Settings that cannot be used stop the start with a sentence that names them, and nothing else does.</summary>
public sealed class HubSettingsTests
{
    [Fact]
    public void The_shipped_settings_have_no_problems() => Assert.Empty(ProblemsOf());

    [Theory]
    [InlineData("Audit:Enabled", "yes", "Audit:Enabled must be true or false; it is \"yes\", set by the command line.")]
    [InlineData("Hub:ProxyHops", "two", "Hub:ProxyHops must be a whole number")]
    [InlineData("Wall:BurstSeconds", "9999999999", "Wall:BurstSeconds must be a whole number")]
    [InlineData("Audit:SignEvery", "a week", "Audit:SignEvery must be a length of time such as 00:15:00")]
    [InlineData("Intake:UnknownSenders", "Ignore", "Intake:UnknownSenders must be Quarantine or Accept")]
    [InlineData("SignIn:Roles:nurse:IdleMinutes", "half", "SignIn:Roles:nurse:IdleMinutes must be a whole number")]
    [InlineData("Validation:Sources:north", "Perhaps", "Validation:Sources:north must be Off or Tell or Warn or Enforce")]
    public void A_value_that_cannot_be_read_is_named_with_what_is_expected(string key, string value, string sentence) =>
        Assert.StartsWith(sentence, Assert.Single(ProblemsOf((key, value))), StringComparison.Ordinal);

    [Fact]
    public void Where_a_value_was_set_is_said_and_every_bad_value_is_named_at_once()
    {
        Environment.SetEnvironmentVariable("TANDEM_SettingsSample__Enabled", "yes"); // a section that no hub reads
        var reader = new SettingsReader(new ConfigurationBuilder().AddEnvironmentVariables("TANDEM_").AddInMemoryCollection([new("SettingsSample:SignEvery", "x")]).Build());
        reader.Read<AuditOptions>("SettingsSample");

        Assert.Equal(2, reader.Problems.Count);
        Assert.Contains("SettingsSample:Enabled must be true or false; it is \"yes\", set by the environment variable TANDEM_SettingsSample__Enabled.", reader.Problems);
    }

    [Fact]
    public void A_hub_whose_settings_cannot_be_read_is_not_built() =>
        Assert.False(HubHost.TryBuild(new Dictionary<string, string?> { ["Audit:Enabled"] = "yes", ["Hub:Content"] = Content }, out _));

    [Theory]
    [InlineData("Host=127.0.0.1;Port=1;Timeout=5", 1)] // nobody listens there, yet
    [InlineData("sqlserver", 2)]
    public async Task A_database_that_is_not_there_yet_is_told_from_settings_that_cannot_be_used(string postgres, int code)
    {
        var folder = Directory.CreateTempSubdirectory("tandem-away-").FullName;

        Assert.Equal(code, await CommandLine.RunAsync(["serve", "--data", folder, "--postgres", postgres, "--urls", "http://127.0.0.1:0", "--mllp", ""]));

        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("Hub:Urls", "http://0.0.0.0:8080")]
    [InlineData("Hub:Urls", "http://[::]:8080")]
    [InlineData("Hub:Urls", "http://127.0.0.1:8080;http://10.0.0.5:8080")]
    [InlineData("Hub:Mllp", "0.0.0.0:2575")]
    public void An_open_hub_refuses_addresses_that_others_reach(string key, string value)
    {
        Assert.Empty(ProblemsOf((key, value)));
        Assert.False(OpenHub.TryBuild(new Dictionary<string, string?> { [key] = value, ["Hub:Content"] = Content }, out _));
    }

    [Theory]
    [InlineData("Hub:Urls", "http://127.0.0.1:99999", "Hub:Urls (--urls) must be http addresses")]
    [InlineData("Hub:Urls", "", "Hub:Urls (--urls) must be http addresses")]
    [InlineData("Hub:Urls", "http://hub.example.org:8080", "Hub:Urls (--urls) must name an IP address")]
    [InlineData("Hub:Mllp", "127.0.0.1:99999", "Hub:Mllp (--mllp) must be an address and a port")]
    [InlineData("Hub:Postgres", "sqlserver", "Hub:Postgres (--postgres) must be an Npgsql connection string")]
    [InlineData("Hub:Postgres", "Engine=oracle;Password=lakeview", "Hub:Postgres (--postgres) must be an Npgsql connection string")]
    [InlineData("Hub:Data", "", "Hub:Data (--data) must name a folder")]
    [InlineData("Hub:Logs", "xml", "Hub:Logs must be json or plain")]
    [InlineData("Fhir:LongestRead", "00:00:00", "Fhir:LongestRead must be longer than nothing")]
    [InlineData("Fhir:MostDeletes", "0", "Fhir:MostDeletes must be 1 to 1000")]
    [InlineData("Fhir:MostDeletes", "1001", "Fhir:MostDeletes must be 1 to 1000")]
    [InlineData("Subscriptions:MailRelay", "mail.example.org:smtp", "Subscriptions:MailRelay must be a host")]
    [InlineData("Subscriptions:MailFrom", "tandem", "Subscriptions:MailFrom must be a mailbox")]
    public void A_value_that_the_hub_cannot_use_is_refused(string key, string value, string sentence)
    {
        var problem = Assert.Single(ProblemsOf((key, value)));

        Assert.StartsWith(sentence, problem, StringComparison.Ordinal);
        Assert.DoesNotContain("lakeview", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Intake:MaxMessageBytes", "-1")]
    [InlineData("Intake:SlowTimeout", "-00:00:01")]
    [InlineData("Intake:Node", "64")]
    [InlineData("Intake:DefaultZone", "Mars/Olympus")]
    [InlineData("SignIn:ConfirmMinutes", "0")]
    [InlineData("SignIn:Roles:nurse:IdleMinutes", "0")]
    [InlineData("SignIn:ShortestRsaKey", "1024")]
    [InlineData("SignIn:Roles:nurse:HoursAtMost", "-8")]
    [InlineData("Smart:AccessLasts", "00:00:00")]
    [InlineData("Smart:RefusalsPerMinute", "0")]
    [InlineData("Wall:PerAddressPerSecond", "0")]
    [InlineData("Wall:LeastBytesPerSecond", "0")]
    [InlineData("Files:MostBytes", "-1")]
    [InlineData("Files:ScanSeconds", "0")]
    [InlineData("Audit:SignEvery", "-01:00:00")]
    [InlineData("Bulk:PerFile", "0")]
    [InlineData("Bulk:LongestSilence", "00:00:00")]
    [InlineData("Bulk:LeastBytesPerSecond", "-1")]
    [InlineData("Retention:Days:access-log", "2000")]
    [InlineData("Retention:Days:exports", "0")]
    [InlineData("Subscriptions:Timeout", "00:00:00")]
    [InlineData("Subscriptions:BindWithin", "00:00:00")]
    [InlineData("Subscriptions:LongestPause", "00:00:00.5")]
    public void A_size_or_time_that_could_do_harm_is_refused(string key, string value) =>
        Assert.StartsWith(key + " must ", Assert.Single(ProblemsOf((key, value))), StringComparison.Ordinal);

    [Theory]
    [InlineData("Audit:KeepYears", "7", "Retention:Days:access-log")]
    [InlineData("Bulk:KeepFor", "7.00:00:00", "Retention:Days:exports")]
    public void A_setting_that_became_a_rule_is_refused_with_its_new_place(string key, string value, string now)
    {
        var problem = Assert.Single(ProblemsOf((key, value)));

        Assert.StartsWith(key + " is a dated rule now", problem, StringComparison.Ordinal);
        Assert.Contains("/audit/retention", problem, StringComparison.Ordinal);
        Assert.Contains(now, problem, StringComparison.Ordinal);
    }

    [Fact] // the colons of a URI part the keys of a configuration
    public void How_a_source_is_validated_can_be_set_by_its_URI()
    {
        var settings = InstallationSettings.Read(
            new ConfigurationBuilder().AddInMemoryCollection([new("Hub:Content", Content), new("Validation:Sources:https://example.org/a", "warn"), new("Validation:Sources:urn:b", "Enforce")]).Build(), out var problems);

        Assert.Empty(problems);
        Assert.Equal(ValidationMode.Warn, settings.Validation.Sources["https://example.org/a"]);
        Assert.Equal(ValidationMode.Enforce, settings.Validation.Sources["urn:b"]);
        Assert.Equal("Validation:Sources:urn:b must be Off or Tell or Warn or Enforce; it is \"maybe\".", Assert.Single(ProblemsOf(("Validation:Sources:urn:b", "maybe"))));
    }

    [Theory]
    [InlineData("Site:Address", "https://hub.example.org/", "https://hub.example.org/fhir")]
    [InlineData("Hub:Urls", "http://127.0.0.1:8080;http://10.0.0.5:80", "http://10.0.0.5/fhir")] // localhost is every machine to itself
    [InlineData("Hub:Urls", "http://0.0.0.0:8080;http://[::]:8080;http://127.0.0.1:0", "")]
    public void The_hub_knows_its_own_resources_by_the_address_of_the_site_or_where_it_listens(string key, string value, string addresses)
    {
        var settings = InstallationSettings.Read(new ConfigurationBuilder().AddInMemoryCollection([new("Hub:Content", Content), new(key, value)]).Build(), out _);

        Assert.Equal(addresses, string.Join(' ', settings.FhirAddresses));
        Assert.Equal(key == "Site:Address", settings.OwnAddresses.VersionOf(1) != 1); // where it listens differs between nodes, and is no reason to make rows anew
    }

    private static string Content => Path.Combine(Repository.Root, "content");

    private static IReadOnlyList<string> ProblemsOf(params (string Key, string Value)[] settings)
    {
        InstallationSettings.Read(
            new ConfigurationBuilder().AddInMemoryCollection([new("Hub:Content", Content), .. settings.Select(setting => new KeyValuePair<string, string?>(setting.Key, setting.Value))]).Build(), out var problems);
        return problems;
    }
}

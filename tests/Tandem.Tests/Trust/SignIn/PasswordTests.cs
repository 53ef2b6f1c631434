using System.Text;
using Tandem.Trust.SignIn;
using Tandem.Trust.SignIn.Passwords;

namespace Tandem.Tests.Trust.SignIn;

public sealed class PasswordTests
{
    [Theory]
    [InlineData("short 7")]
    [InlineData("password")]
    [InlineData("Password1!")]
    [InlineData("P@ssw0rd")]
    [InlineData("iloveyou2024")]
    [InlineData("aaaaaaaaaaaa")]
    [InlineData("abcdefghij")]
    [InlineData("987654321")]
    [InlineData("monkeymonkey")]
    [InlineData("ana.sample")]
    [InlineData("Tandem2026")]
    [InlineData("sample1!")]
    public void What_attackers_try_first_is_refused(string password) =>
        Assert.NotNull(PasswordRules.Problem(password, isAlone: false, ["ana@sample.example", "Ana Sample"]));

    [Theory]
    [InlineData("correct horse battery")]
    [InlineData("vfk7 qmpx")]
    [InlineData("una casa azul con gatos")]
    [InlineData("пароль для горы")]
    [InlineData("lowercaseonlybutownwords")]
    public void Words_spaces_and_every_script_are_welcome_and_no_kind_of_character_is_asked_for(string password) =>
        Assert.Null(PasswordRules.Problem(password, isAlone: false, ["ana@sample.example", "Ana Sample"]));

    [Fact]
    public void A_password_that_stands_alone_has_fifteen_characters_and_none_has_more_than_256()
    {
        Assert.NotNull(PasswordRules.Problem("vfk7 qmpx zwt2", isAlone: true, []));
        Assert.Null(PasswordRules.Problem("vfk7 qmpx zwt2 h", isAlone: true, []));
        Assert.Null(PasswordRules.Problem("vfk7 qmpx zwt2 \ufffe", isAlone: true, [])); // what Unicode does not fold is a character too
        Assert.NotNull(PasswordRules.Problem(string.Concat(Enumerable.Repeat("vfk7 qmp", 33)), isAlone: true, []));
        Assert.Equal("ﬁ".Normalize(NormalizationForm.FormKC), PasswordRules.Normal("ﬁ"));
    }

    [Fact]
    public void A_sites_list_of_leaked_passwords_is_asked_whatever_its_size_and_line_ends()
    {
        var file = Path.GetTempFileName();
        try
        {
#pragma warning disable CA5350 // the list is made of SHA-1
            string HashOf(int number) => Convert.ToHexString(System.Security.Cryptography.SHA1.HashData(Encoding.UTF8.GetBytes($"leaked-{number}")));
#pragma warning restore CA5350
            foreach (var (count, end) in new[] { (0, "\n"), (1, ":17\r\n"), (2, "\n"), (999, ":1234567\r\n"), (1000, "\n") })
            {
                File.WriteAllText(file, string.Concat(Enumerable.Range(0, count).Select(HashOf).Order(StringComparer.Ordinal).Select(hash => hash + end)));
                var leaked = new LeakedPasswords(new SignInOptions { LeakedPasswords = file });
                Assert.All(Enumerable.Range(0, count), number => Assert.True(leaked.Contain($"leaked-{number}")));
                Assert.All(Enumerable.Range(count, 500), number => Assert.False(leaked.Contain($"leaked-{number}")));
            }

            Assert.False(new LeakedPasswords(new SignInOptions()).Contain("leaked-1"));
            Assert.NotEmpty(new SignInOptions { LeakedPasswords = file + ".none" }.Problems());
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>RFC 6238, appendix B, SHA-1; the last six of its eight digits.</summary>
    [Theory]
    [InlineData(59, "287082")]
    [InlineData(1111111109, "081804")]
    [InlineData(1234567890, "005924")]
    [InlineData(2000000000, "279037")]
    [InlineData(20000000000, "353130")]
    public void Codes_are_those_of_the_standard(long seconds, string code)
    {
        var secret = Encoding.ASCII.GetBytes("12345678901234567890");
        var now = DateTimeOffset.FromUnixTimeSeconds(seconds);

        Assert.Equal(seconds / 30, TotpCode.StepOf(secret, code, now, 0));
        Assert.Null(TotpCode.StepOf(secret, code, now.AddSeconds(30), 0));
        Assert.Null(TotpCode.StepOf(secret, code, now.AddSeconds(-30), 0));
        Assert.Equal(seconds / 30, TotpCode.StepOf(secret, code.Insert(3, " "), now.AddSeconds(30), 0, takesLate: true));
        Assert.Null(TotpCode.StepOf(secret, code, now.AddSeconds(60), 0, takesLate: true));
        Assert.Null(TotpCode.StepOf(secret, code, now, seconds / 30));
    }

    [Fact]
    public void A_secret_is_written_as_authenticators_read_it()
    {
        Assert.Equal("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", TotpCode.Text("12345678901234567890"u8));
        Assert.Equal("MZXW6YQ", TotpCode.Text("foob"u8)); // RFC 4648, section 10
        Assert.StartsWith("otpauth://totp/Tandem%20X:ana%40sample.example?secret=", TotpCode.Address("foob"u8, "Tandem X", "ana@sample.example"), StringComparison.Ordinal);
    }

    [Fact]
    public void Recovery_codes_differ_and_are_taken_however_they_are_typed()
    {
        var codes = RecoveryCodes.New();

        Assert.Equal(RecoveryCodes.Count, codes.Distinct().Count());
        Assert.Equal(RecoveryCodes.Hash(codes[0]), RecoveryCodes.Hash($" {codes[0].ToUpperInvariant().Replace("-", " ", StringComparison.Ordinal)} "));
    }

    [Fact]
    public void Waits_grow_from_a_minute_to_an_hour() =>
        Assert.Equal([0, 0, 1, 2, 4, 60], new long[] { 0, 4, 5, 6, 7, 99 }.Select(failures => SignInThrottle.WaitAfter(failures).TotalMinutes));
}

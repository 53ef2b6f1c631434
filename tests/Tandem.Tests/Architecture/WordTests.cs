using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Tandem.Kernel.Pages;
using Tandem.Tests.Support;

namespace Tandem.Tests.Architecture;

/// <summary>Every text of a page exists in every language, is used, and stands in a class of words instead of the page.</summary>
public sealed partial class WordTests
{
    private static readonly string[] Houses = ["Tandem.Kernel", "Tandem.Trust", "Tandem.Care", "Tandem.Hub", "Tandem.Trial"];
    private static readonly string[] SameInBoth = ["PageWords.Error", "TimeWords.Months"];

    [Fact]
    public void Both_languages_have_the_same_places_and_differ_in_words()
    {
        var phrases = Phrases().ToList();
        Assert.True(phrases.Count > 50, "no phrases were found");
        Assert.Empty(phrases.SelectMany(found => Faults(found.Name, found.Phrase)).Distinct());
    }

    [Fact]
    public void A_phrase_whose_languages_do_not_match_is_found()
    {
        Assert.Single(Faults("X.A", new Phrase("{0} of {1}", "{0} de")));
        Assert.Single(Faults("X.B", new Phrase("Close", "Close")));
        Assert.Single(Faults("X.C", new Phrase("Close ", "Cerrar")));
        Assert.Empty(Faults("X.D", new Phrase("Close {0}", "Cerrar {0}")));
    }

    [Fact]
    public void Every_phrase_is_used()
    {
        var sources = Repository.Sources("*.cs", "src").Concat(Repository.Sources("*.razor", "src")).ToDictionary(file => file, File.ReadAllText);
        var all = string.Join('\n', sources.Values);
        Assert.Empty(from found in Fields()
                     let owner = sources.Values.FirstOrDefault(text => Regex.IsMatch(text, $@"static class {found.Owner}\b")) ?? ""
                     where !Regex.IsMatch(all, $@"\b{found.Owner}\.{found.Field}\b")
                         && Regex.Count(owner, $@"\b{found.Field}\b") < 2
                     select $"{found.Owner}.{found.Field}");
    }

    [Fact] // a patient's record is "expediente"; "registro" is a log
    public void Spanish_has_one_word_for_the_record_and_one_for_a_log()
    {
        var words = Repository.Sources("*Words.cs", "src").Concat(Repository.Sources("PageNames.cs", "src")).ToDictionary(file => Path.GetFileName(file), File.ReadAllText);
        Assert.True(words.Count > 20, "no words were found");
        Assert.Empty(words.SelectMany(file => LogsThatAreNone(file.Value).Select(text => $"{file.Key}: {text}")));
        Assert.Single(LogsThatAreNone("""new("The record", "El registro"); new("The access log", "El registro de accesos"); new("The record's log", "El registro de expedientes")"""));
    }

    [Fact]
    public void Pages_hold_no_words_of_their_own()
    {
        var pages = Repository.Sources("*.razor", "src").ToList();
        Assert.True(pages.Count > 20, "no pages were found");
        Assert.Empty(pages.SelectMany(file => RawWords(File.ReadAllText(file)).Select(word => $"{Path.GetFileName(file)}: {word}")));
    }

    [Theory]
    [InlineData("<p>Hello there</p>", "Hello there")]
    [InlineData("<p class=\"a\">@Words.Hello, friend</p>", ", friend")]
    [InlineData("<input aria-label=\"Find\" />", "Find")]
    [InlineData("<Button Text=\"Save\" />", "Save")]
    [InlineData("@if (a > b)\n{\n  <p>Bad</p>\n}", "Bad")]
    public void Words_in_a_page_are_found(string page, string expected) => Assert.Equal([expected], RawWords(page));

    [Theory]
    [InlineData("<p>@Words.Hello</p>")]
    [InlineData("@if (a > b)\n{\n  <p title=\"@(a ? \"x y\" : \"z\")\">@Words.For(\"abc\")</p>\n}\nelse\n{\n<b>@x</b>\n}")]
    [InlineData("@* A comment *@\n@page \"/abc\"\n@code { string A => \"words here\"; }")]
    public void Expressions_and_code_are_no_words(string page) => Assert.Empty(RawWords(page));

    private static IEnumerable<string> Faults(string name, Phrase phrase)
    {
        if (!Places(phrase.English).SetEquals(Places(phrase.Spanish)))
            yield return $"{name}: places differ";
        if (phrase.English == phrase.Spanish && Letters().IsMatch(phrase.English) && !SameInBoth.Contains(name))
            yield return $"{name}: \"{phrase.English}\" is the same in both languages";
        if (phrase.English != phrase.English.Trim() || phrase.Spanish != phrase.Spanish.Trim())
            yield return $"{name}: begins or ends with a space";
    }

    private static IEnumerable<string> LogsThatAreNone(string source) => Pair().Matches(source)
        .Where(pair => pair.Groups[2].Value.Contains("registro", StringComparison.OrdinalIgnoreCase) && !pair.Groups[1].Value.Contains("log", StringComparison.OrdinalIgnoreCase))
        .Select(pair => pair.Groups[2].Value);

    private static HashSet<string> Places(string text) => Place().Matches(text).Select(match => match.Value).ToHashSet();

    private static IEnumerable<(string Name, Phrase Phrase)> Phrases() => Fields().SelectMany(found => found.Value switch
    {
        Phrase phrase => [($"{found.Owner}.{found.Field}", phrase)],
        CountPhrase count => [($"{found.Owner}.{found.Field}", count.One), ($"{found.Owner}.{found.Field}", count.Other)],
        _ => Array.Empty<(string, Phrase)>(),
    });

    private static IEnumerable<(string Owner, string Field, object? Value)> Fields() =>
        from house in Houses
        from type in Assembly.Load(house).GetTypes()
        where type is { IsAbstract: true, IsSealed: true } && type.Name.EndsWith("Words", StringComparison.Ordinal)
        from field in type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
        where field.FieldType == typeof(Phrase) || field.FieldType == typeof(CountPhrase)
        select (type.Name, field.Name, field.GetValue(null));

    /// <summary>Text between tags and in the attributes that people read, after comments, code and expressions are taken away.</summary>
    private static List<string> RawWords(string page)
    {
        var markup = Directive().Replace(CodeBlock().Replace(Comment().Replace(page, ""), ""), "");
        var words = Readable().Matches(markup).Select(match => match.Groups[1].Value).Where(text => !text.Contains('@', StringComparison.Ordinal));
        var bare = Statement().Replace(WithoutExpressions(markup), "");
        var between = Tag().Replace(bare, "\n").Split('\n').Select(line => line.Trim(' ', '{', '}', '·', '(', ')'));
        return [.. words.Concat(between).Where(text => Letters().IsMatch(text) && text is not ("Tandem" or "· Tandem" or "else" or "default:" or "DOCTYPE"))];
    }

    /// <summary>Drops every implicit and explicit expression with its balanced brackets.</summary>
    private static string WithoutExpressions(string markup)
    {
        var kept = new StringBuilder();
        for (var i = 0; i < markup.Length; i++)
        {
            if (markup[i] is not '@')
                kept.Append(markup[i]);
            else
                i = EndOfExpression(markup, i + 1) - 1;
        }

        return kept.ToString();
    }

    private static int EndOfExpression(string text, int at)
    {
        if (Keyword().Match(text, at) is { Success: true } keyword && keyword.Index == at)
            at += keyword.Length;
        while (at < text.Length)
        {
            if (text[at] is '(' or '[')
                at = AfterBrackets(text, at);
            else if (char.IsLetterOrDigit(text[at]) || text[at] is '_' || (text[at] is '.' && at + 1 < text.Length && char.IsLetter(text[at + 1])))
                at++;
            else
                break;
        }

        return at;
    }

    private static int AfterBrackets(string text, int at)
    {
        var depth = 0;
        do
        {
            depth += text[at] is '(' or '[' ? 1 : text[at] is ')' or ']' ? -1 : 0;
            at++;
        }
        while (depth > 0 && at < text.Length);
        return at;
    }

    [GeneratedRegex(@"new\(\s*""([^""]*)"",\s*""([^""]*)""")]
    private static partial Regex Pair();

    [GeneratedRegex(@"\{\d+[^}]*\}")]
    private static partial Regex Place();

    [GeneratedRegex(@"\p{L}{2}")]
    private static partial Regex Letters();

    [GeneratedRegex(@"@\*.*?\*@", RegexOptions.Singleline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"@code\s*\{.*", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex(@"(?:if|foreach|for|switch|while)\s*(?=\()")]
    private static partial Regex Keyword();

    [GeneratedRegex(@"^\s*@(?:page|inject|using|inherits|layout|attribute|namespace|implements|typeparam)\b.*$", RegexOptions.Multiline)]
    private static partial Regex Directive();

    [GeneratedRegex(@"^\s*(?:else if\b.*|else|var\b.*|if\s*\(.*\)|case\b.*|break;|""/.*)\s*$|\belse(?=\s*\{)", RegexOptions.Multiline)]
    private static partial Regex Statement();

    [GeneratedRegex(@"<[^<>""]*(?:""[^""]*""[^<>""]*)*>")]
    private static partial Regex Tag();

    [GeneratedRegex(@"\s(?:title|alt|aria-label|placeholder|Text|Label|Title|Caption|Hint|Summary|BackText)=""([^""]*)""")]
    private static partial Regex Readable();
}

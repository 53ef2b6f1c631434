using Tandem.Care.Loops;
using Tandem.Fhir.Definitions;
using Tandem.Fhir.FhirPath;
using Tandem.Fhir.Json;

namespace Tandem.Care.Pathways;

/// <summary>One piece of content while it is read: tells what is wrong, with the place in the file and in the expression.</summary>
internal sealed class ContentSource(string file, Action<ContentFault> fault)
{
    /// <summary>True once anything was wrong.</summary>
    internal bool Failed { get; private set; }

    internal void Report(string path, string reason, string? position = null)
    {
        Failed = true;
        fault(new ContentFault(file, path, reason, position));
    }

    internal string? Required(FhirNode element, string name, string reason, string path = "")
    {
        if (element[name].Text is { Length: > 0 } text)
            return text;
        Report(path.Length == 0 ? name : $"{path}.{name}", reason);
        return null;
    }

    /// <summary>An Expression in FHIRPath, compiled.</summary>
    internal FhirPathExpression? Expression(FhirNode expression, string path)
    {
        if (expression["expression"u8].Text is not { } text)
        {
            Report(path + ".expression", "The expression is missing.");
            return null;
        }

        if (expression["language"u8].Text is not "text/fhirpath")
            Report(path + ".language", "Only text/fhirpath is understood.", At(expression));
        if (FhirPathExpression.Compile(text, out var problem) is { } compiled)
            return compiled;
        Report(path + ".expression", problem!.Reason, $"{At(expression["expression"u8])}, in the expression line {problem.Line}, column {problem.Column}");
        return null;
    }

    /// <summary>An optional expression in an extension.</summary>
    internal FhirPathExpression? ExpressionIn(FhirNode action, string extension, string path)
    {
        var value = action.Extension(extension)["valueExpression"u8];
        return value.Exists ? Expression(value, $"{path}.extension({extension})") : null;
    }

    internal PathwayText? Text(LocalizedText? words, string path, string reason)
    {
        if (words is null)
        {
            Report(path, reason);
            return null;
        }

        if (PathwayText.Compile(words, out var problem) is { } text)
            return text;
        Report(path, problem!.Reason, $"line {problem.Line}, column {problem.Column}");
        return null;
    }

    internal PathwayDuration? Duration(FhirNode duration, string path, PathwayDuration? otherwise)
    {
        if (!duration.Exists && otherwise is not null)
            return otherwise;
        var read = PathwayDuration.Read(duration);
        if (read is null)
            Report(path, "Give a length of time: a value of 0 or more, and min, h, d (whole) or wk (whole) as the code.", At(duration));
        return read;
    }

    internal string? Type(FhirNode requirement, string path)
    {
        var type = requirement["type"u8].Text;
        if (type is not null && R4.Types.Find(type) is { IsResource: true })
            return type;
        Report(path + ".type", $"{type ?? "Nothing"} is no FHIR R4 resource type.");
        return null;
    }

    internal static string? At(FhirNode node) => node.Exists ? $"line {node.Position.Line}, column {node.Position.Column}" : null;
}

using System.Collections;
using System.ComponentModel;
using System.Reflection;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.Memory;

namespace Tandem.Hub.Hosting;

/// <summary>Reads sections of the configuration, and says of each value that cannot be read which it is, what is expected and where it was set.</summary>
internal sealed class SettingsReader(IConfigurationRoot configuration)
{
    private readonly List<string> problems = [];

    /// <summary>What could not be read so far, each as a sentence.</summary>
    internal IReadOnlyList<string> Problems => problems;

    /// <summary>A section; as shipped when it is not there or a value in it cannot be read.</summary>
    internal T Read<T>(string section)
        where T : class, new()
    {
        var part = configuration.GetSection(section);
        var faults = Faults(part, typeof(T)).ToList();
        problems.AddRange(faults);
        if (faults.Count > 0)
            return new T();
        try
        {
            return part.Get<T>() ?? new T();
        }
        catch (InvalidOperationException e) // what the binder does not take although each value can be read, such as an entry without its name
        {
            problems.Add($"{section} cannot be read: {e.Message}");
            return new T();
        }
    }

    private IEnumerable<string> Faults(IConfigurationSection part, Type type)
    {
        foreach (var child in part.GetChildren())
        {
            if (PartOf(type, child.Key) is not { } declared)
                continue;
            var wanted = Nullable.GetUnderlyingType(declared) ?? declared;
            var converter = TypeDescriptor.GetConverter(wanted);
            if (!converter.CanConvertFrom(typeof(string)))
            {
                foreach (var fault in Faults(child, wanted))
                    yield return fault;
            }
            else if (child.Value is { } value && !(value.Length == 0 && wanted != declared) && !Takes(converter, value))
            {
                yield return $"{child.Path} must be {Expected(wanted)}; it is \"{value}\", set by {PlaceOf(child.Path)}.";
            }
        }
    }

    /// <summary>The type of an entry, an element or a property; null for what is not known, which the binder passes over.</summary>
    private static Type? PartOf(Type type, string key) =>
        type.IsGenericType && typeof(IEnumerable).IsAssignableFrom(type)
            ? type.GenericTypeArguments[^1]
            : type.GetProperty(key, BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase)?.PropertyType;

    private static bool Takes(TypeConverter converter, string value)
    {
        try
        {
            converter.ConvertFromInvariantString(value);
            return true;
        }
        catch (Exception e) when (e is FormatException or ArgumentException or OverflowException)
        {
            return false;
        }
    }

    private static string Expected(Type wanted) => wanted switch
    {
        { IsEnum: true } => string.Join(" or ", Enum.GetNames(wanted)),
        _ when wanted == typeof(bool) => "true or false",
        _ when wanted == typeof(TimeSpan) => "a length of time such as 00:15:00 (hours, minutes, seconds) or 7.00:00:00 (days before them)",
        _ when wanted == typeof(int) || wanted == typeof(long) => "a whole number",
        _ => "of the kind " + wanted.Name,
    };

    private string PlaceOf(string key) => configuration.Providers.Reverse().FirstOrDefault(provider => provider.TryGet(key, out _)) switch
    {
        EnvironmentVariablesConfigurationProvider => $"the environment variable {VariableOf(key.Replace(":", "__", StringComparison.Ordinal))}",
        FileConfigurationProvider file => $"the file {file.Source.Path}",
        MemoryConfigurationProvider => "the command line",
        var other => other?.ToString() ?? "nobody known",
    };

    private static string VariableOf(string name) => Environment.GetEnvironmentVariables().Keys.Cast<string>()
        .FirstOrDefault(variable => variable.Equals(HubHost.VariablePrefix + name, StringComparison.OrdinalIgnoreCase)) ?? name;
}

using System.Collections;

namespace Tandem.Fhir.Definitions;

/// <summary>The search parameters of one resource type.</summary>
public sealed class SearchParameterTable : IReadOnlyList<SearchParameter>
{
    internal static readonly SearchParameterTable Empty = new([]);

    private readonly SearchParameter[] parameters;
    private readonly Dictionary<string, SearchParameter> byCode;

    internal SearchParameterTable(IEnumerable<SearchParameter> parameters)
    {
        this.parameters = [.. parameters];
        byCode = this.parameters.ToDictionary(parameter => parameter.Code, StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public int Count => parameters.Length;

    /// <inheritdoc/>
    public SearchParameter this[int index] => parameters[index];

    /// <summary>The parameter of this code; null when there is none.</summary>
    public SearchParameter? Find(string code) => byCode.GetValueOrDefault(code);

    /// <inheritdoc/>
    public IEnumerator<SearchParameter> GetEnumerator() => ((IEnumerable<SearchParameter>)parameters).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => parameters.GetEnumerator();
}

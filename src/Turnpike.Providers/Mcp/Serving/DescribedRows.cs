using System.Collections;
using System.Text.Json.Nodes;

namespace Turnpike.Providers.Mcp.Serving;

/// <summary>Rows of a list that are described when they are asked for: of a long one, only those of the page.</summary>
internal sealed class DescribedRows<T>(IReadOnlyList<T> rows, Func<T, JsonObject> describe) : IReadOnlyList<JsonObject>
{
    public int Count => rows.Count;

    public JsonObject this[int index] => describe(rows[index]);

    public IEnumerator<JsonObject> GetEnumerator() => rows.Select(describe).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

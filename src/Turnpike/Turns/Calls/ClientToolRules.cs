using System.Text.Json;

namespace Turnpike.Turns.Calls;

/// <summary>What tools must be that a caller executes.</summary>
internal static class ClientToolRules
{
    private const int MostTools = 512;
    private const int LongestName = 200;
    private const int LongestSchema = 256 << 10;

    /// <exception cref="TurnException"><c>request_invalid</c>, naming the tool's place.</exception>
    public static void Check(IReadOnlyList<ClientTool> tools)
    {
        if (Faults(tools).FirstOrDefault() is { } fault) throw fault;
    }

    /// <summary>What is wrong with them, the first of each.</summary>
    public static IEnumerable<TurnException> Faults(IReadOnlyList<ClientTool> tools)
    {
        if (tools.Count > MostTools) yield return Invalid("clientTools", $"A turn takes {MostTools} client tools; this one has {tools.Count}.");
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < tools.Count; i++)
        {
            var (at, tool) = ($"clientTools[{i}]", tools[i]);
            if (tool is null) yield return Invalid(at, "A client tool is null; each must be an object.");
            else if (string.IsNullOrWhiteSpace(tool.Name) || tool.Name.Length > LongestName || tool.Name.AsSpan().ContainsAny('*', '?')) yield return Invalid(at + ".name", $"The name of a client tool has 1 to {LongestName} characters and neither * nor ?.");
            else if (!names.Add(tool.Name)) yield return Invalid(at + ".name", $"Two client tools are named \"{tool.Name}\".");
            else if (tool.Schema is { } schema && schema.ValueKind != JsonValueKind.Object) yield return Invalid(at + ".schema", $"The schema of \"{tool.Name}\" must be a JSON object.");
            else if (tool.Schema?.GetRawText().Length > LongestSchema) yield return Invalid(at + ".schema", $"The schema of \"{tool.Name}\" is larger than {LongestSchema >> 10} KiB.");
        }
    }

    private static TurnException Invalid(string field, string message) => new(TurnErrorCode.RequestInvalid, message) { Field = field };
}

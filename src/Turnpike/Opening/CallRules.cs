using System.Text.Json;
using Turnpike.Turns;

namespace Turnpike.Opening;

/// <summary>What a request may say of tools that its caller executes, and of calls that it answers.</summary>
internal static class CallRules
{
    private const int MostTools = 512;
    private const int LongestName = 200;
    private const int LongestSchema = 256 << 10;

    public static void Check(TurnRequest request)
    {
        if (request.ClientTools.Count > MostTools) throw Invalid("clientTools", $"A turn takes {MostTools} client tools; this one has {request.ClientTools.Count}.");
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < request.ClientTools.Count; i++)
        {
            var (at, tool) = ($"clientTools[{i}]", request.ClientTools[i]);
            if (tool is null) throw Invalid(at, "A client tool is null; each must be an object.");
            if (string.IsNullOrWhiteSpace(tool.Name) || tool.Name.Length > LongestName || tool.Name.AsSpan().ContainsAny('*', '?')) throw Invalid(at + ".name", $"The name of a client tool has 1 to {LongestName} characters and neither * nor ?.");
            if (!names.Add(tool.Name)) throw Invalid(at + ".name", $"Two client tools are named \"{tool.Name}\".");
            if (tool.Schema is { } schema && schema.ValueKind != JsonValueKind.Object) throw Invalid(at + ".schema", $"The schema of \"{tool.Name}\" must be a JSON object.");
            if (tool.Schema?.GetRawText().Length > LongestSchema) throw Invalid(at + ".schema", $"The schema of \"{tool.Name}\" is larger than {LongestSchema >> 10} KiB.");
        }
        var calls = new HashSet<string>(StringComparer.Ordinal);
        foreach (var answer in request.Answers)
        {
            if (answer is null) throw Invalid("answers", "An answer is null; each must be an object.");
            if (!calls.Add(answer.CallId)) throw Invalid("answers", $"Call \"{answer.CallId}\" is answered twice.");
        }
        if (request.Answers.Count > 0 && request.Conversation is null) throw Invalid("answers", "\"answers\" need the \"conversation\" of the calls.");
    }

    private static TurnException Invalid(string field, string message) => new(TurnErrorCode.RequestInvalid, message) { Field = field };
}

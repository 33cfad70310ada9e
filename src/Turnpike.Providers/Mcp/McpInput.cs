using System.Text.Json;
using System.Text.Json.Nodes;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Json;

namespace Turnpike.Providers.Mcp;

/// <summary>Reads what a server wants to know before it goes on. Only questions that a form can ask are taken, and of those no more and no larger ones than somebody can read.</summary>
internal static class McpInput
{
    private const int MostQuestions = 16;
    private const int LongestMessage = 4000;
    private const int LongestState = 256 << 10;

    /// <summary>The questions; null: there are none, it only wants to be called again.</summary>
    /// <exception cref="InvalidOperationException">They cannot be asked here.</exception>
    public static AskedInput? Of(JsonObject result, string? state)
    {
        if (result["inputRequests"] is not JsonObject { Count: > 0 } requests) return state is not null ? null : throw new InvalidOperationException("It asks for input and does not say for what.");
        if (requests.Count > MostQuestions) throw new InvalidOperationException($"It asks {requests.Count} things at once; {MostQuestions} can be asked.");
        var questions = new Dictionary<string, InputQuestion>(StringComparer.Ordinal);
        foreach (var (key, request) in requests) questions[key] = Question(key, request);
        return new() { Questions = questions, State = state };
    }

    /// <summary>What it wants back with the answers.</summary>
    /// <exception cref="InvalidOperationException">It is too long to be kept.</exception>
    public static string? State(JsonObject result)
    {
        var state = Text(result["requestState"]);
        return state is not { Length: > LongestState } ? state : throw new InvalidOperationException(FormattableString.Invariant($"It asks for input with a state of {state.Length:N0} characters; {LongestState:N0} are kept."));
    }

    /// <summary>A no to all questions.</summary>
    public static JsonObject Declined(AskedInput asked) => new(asked.Questions.Keys.Select(key => KeyValuePair.Create(key, (JsonNode?)new JsonObject { ["action"] = "decline" })));

    private static InputQuestion Question(string key, JsonNode? request)
    {
        var method = Text((request as JsonObject)?["method"]);
        if (method != "elicitation/create") throw new InvalidOperationException($"It asks for \"{method ?? key}\", which is not offered to tool servers.");
        if (request!["params"] is not JsonObject told || (Text(told["mode"]) ?? "form") != "form") throw new InvalidOperationException("It asks for input in another way than by a form.");
        if (told["requestedSchema"] is not JsonObject schema) throw new InvalidOperationException("It asks for input and does not say of what form.");
        var form = JsonSerializer.SerializeToElement(schema, TurnpikeJson.Relaxed.JsonObject);
        if (McpSchema.Fault(form) is { } fault) throw new InvalidOperationException($"It asks for input in a form that cannot be used: {fault}.");
        var message = Text(told["message"]) ?? "";
        return new() { Message = message.Length <= LongestMessage ? message : $"{message[..LongestMessage]}…", Schema = form };
    }

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}

using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Turnpike.Providers.Echo;

/// <summary>What echo says, as Markdown.</summary>
internal static class EchoText
{
    private const int MaxShown = 4000;

    /// <summary>Everything that a model would have been sent.</summary>
    public static string OfRequest(string id, IReadOnlyList<ChatMessage> messages, ChatOptions options, IReadOnlyList<string> problems)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"**This is `{id}`, not a language model.** It shows what a model would have been sent.\n\n");
        foreach (var problem in problems) text.Append(CultureInfo.InvariantCulture, $"{problem}\n\n");
        string[] system = [.. (string[])(options.Instructions is { Length: > 0 } instructions ? [instructions] : []), .. messages.Where(message => message.Role == ChatRole.System).Select(message => message.Text)];
        if (system.Length > 0) Section(text, "System", string.Join("\n\n", system.Select(Quoted)));
        Section(text, "Messages", string.Join("\n\n", messages.Where(message => message.Role != ChatRole.System).Select(Told)));
        if (options.Tools is { Count: > 0 } tools) Section(text, "Tools", string.Join('\n', tools.Select(Told)));
        var parameters = EchoParameters.Of(options).ToList();
        if (parameters.Count > 0) Section(text, "Parameters", string.Join('\n', parameters.Select(pair => $"- `{pair.Name}`: `{pair.Value}`")));
        text.Append("---\n\n");
        if (options.Tools?.OfType<AIFunctionDeclaration>().FirstOrDefault() is { } tool && options.ToolMode is not NoneChatToolMode)
            text.Append(CultureInfo.InvariantCulture, $"To see a tool at work, write `call {tool.Name} {Example(tool)}`. ");
        text.Append("For answers of a real model, set `OPENAI_API_KEY`, `OPENAI_BASE_URL` or `ANTHROPIC_API_KEY`, or start Ollama, and choose one of its models.\n");
        return text.ToString();
    }

    /// <summary>What is said before tools are called.</summary>
    public static string OfCalls(IReadOnlyList<EchoCall> calls) =>
        $"Calling {string.Join(" and ", calls.Select(call => $"`{call.Tool}`"))}, as the text asks.\n";

    /// <summary>What tools gave back.</summary>
    public static string OfResults(IReadOnlyList<FunctionResultContent> results, IReadOnlyList<ChatMessage> messages)
    {
        var names = messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>().GroupBy(call => call.CallId).ToDictionary(calls => calls.Key, calls => calls.Last().Name);
        return string.Join("\n\n", results.Select(result => $"`{names.GetValueOrDefault(result.CallId, result.CallId)}` gave back:\n\n{Result(result)}")) + "\n";
    }

    private static void Section(StringBuilder text, string title, string body) => text.Append(CultureInfo.InvariantCulture, $"### {title}\n\n{body}\n\n");

    private static string Told(ChatMessage message)
    {
        var who = message.AuthorName is { } name ? $"**{message.Role.Value}** ({name})" : $"**{message.Role.Value}**";
        return $"{who}\n\n{string.Join("\n\n", message.Contents.Select(Told))}";
    }

    private static string Told(AIContent content) => content switch
    {
        TextContent text => Quoted(text.Text),
        TextReasoningContent thought => Quoted($"*(reasoning)* {thought.Text}"),
        FunctionCallContent call => $"calls `{call.Name}` with `{ToolResultText.Arguments(call)}`",
        FunctionResultContent result => $"result of `{result.CallId}`:\n\n{Result(result)}",
        DataContent data => $"> *({data.MediaType}{(data.Name is { } name ? $", {name}" : "")}, {data.Data.Length.ToString("N0", CultureInfo.InvariantCulture)} bytes)*",
        UriContent uri => $"> *({uri.MediaType})* {uri.Uri}",
        HostedFileContent file => $"> *(file {file.FileId})*",
        _ => $"> *({content.GetType().Name})*",
    };

    private static string Told(AITool tool) =>
        tool is AIFunctionDeclaration function
            ? $"- `{tool.Name}` ({string.Join(", ", Properties(function))}){(tool.Description.Length > 0 ? $": {tool.Description}" : "")}"
            : $"- `{tool.Name}`, the provider's own";

    private static string Result(FunctionResultContent result)
    {
        var text = Cut(ToolResultText.Of(result, []));
        var fence = new string('`', Math.Max(3, LongestRun(text) + 1));
        return $"{fence}\n{text}\n{fence}";
    }

    private static string Example(AIFunctionDeclaration tool) => $"{{{string.Join(", ", Properties(tool).Select(name => $"\"{name}\": …"))}}}";

    private static IEnumerable<string> Properties(AIFunctionDeclaration tool) =>
        tool.JsonSchema.ValueKind == JsonValueKind.Object && tool.JsonSchema.TryGetProperty("properties", out var properties) && properties.ValueKind == JsonValueKind.Object
            ? properties.EnumerateObject().Select(property => property.Name)
            : [];

    private static string Quoted(string text) => "> " + Cut(text).ReplaceLineEndings("\n").Replace("\n", "\n> ", StringComparison.Ordinal);

    private static string Cut(string text) => text.Length <= MaxShown
        ? text
        : $"{text[..MaxShown]}… ({(text.Length - MaxShown).ToString("N0", CultureInfo.InvariantCulture)} more characters)";

    private static int LongestRun(string text)
    {
        var (longest, run) = (0, 0);
        foreach (var one in text) longest = Math.Max(longest, run = one == '`' ? run + 1 : 0);
        return longest;
    }
}

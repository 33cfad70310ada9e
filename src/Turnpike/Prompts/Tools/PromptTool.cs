using System.Text;
using System.Text.Json;

namespace Turnpike.Prompts.Tools;

/// <summary>A stored prompt as a tool.</summary>
/// <param name="Name"><c>run_</c> and the key, with <c>_</c> for what names of tools cannot hold; clashes get <c>_2</c>.</param>
/// <param name="Prompt">The prompt.</param>
/// <param name="Schema">JSON Schema of its arguments: the variables, <c>input</c> and <c>conversation_id</c>; a variable of such a name takes its place.</param>
public sealed record PromptTool(string Name, Prompt Prompt, JsonElement Schema)
{
    /// <summary>The name of the argument that holds the typed text.</summary>
    public const string Input = "input";
    /// <summary>The name of the argument that names a conversation to continue.</summary>
    public const string Conversation = "conversation_id";

    /// <summary>What it is for.</summary>
    public string Description => Prompt.Description ?? Prompt.Title ?? $"Runs the prompt \"{Prompt.Key}\".";

    /// <summary>Whether <c>conversation_id</c> is a variable of the prompt, so that its runs cannot go on with a conversation.</summary>
    internal bool HasOwnConversation => Prompt.Variables.Any(variable => variable.Name == Conversation);

    /// <summary>
    /// Takes the typed text out of a call's arguments. Where <c>input</c> is a variable of the prompt it stays there as its value, and is what is said as well if the prompt
    /// brings no message of the user.
    /// </summary>
    internal string TakeTyped(Dictionary<string, JsonElement> arguments)
    {
        if (Prompt.Variables.FirstOrDefault(variable => variable.Name == Input) is { } own)
            return !own.Secret && !PromptToolSchema.HasUserMessage(Prompt) && arguments.TryGetValue(Input, out var value) ? Text(value) : "";
        return arguments.Remove(Input, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString()! : "";
    }

    private static string Text(JsonElement value) => value.ValueKind switch { JsonValueKind.String => value.GetString()!, JsonValueKind.Null or JsonValueKind.Undefined => "", _ => value.GetRawText() };

    /// <summary>The tools of prompts, in order of their keys. Partials, whose names begin with <c>_</c>, are none.</summary>
    public static IReadOnlyList<PromptTool> Of(IEnumerable<Prompt> prompts)
    {
        ArgumentNullException.ThrowIfNull(prompts);
        var tools = new List<PromptTool>();
        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (var prompt in prompts.Where(prompt => !PromptRules.IsPartial(prompt.Key)).OrderBy(prompt => prompt.Key, StringComparer.Ordinal))
        {
            var plain = Plain(prompt.Key);
            var name = plain;
            for (var n = 2; !taken.Add(name); n++) name = $"{plain}_{n}";
            tools.Add(new(name, prompt, PromptToolSchema.Of(prompt)));
        }
        return tools;
    }

    private static string Plain(string key)
    {
        var name = new StringBuilder("run_", key.Length + 4);
        foreach (var letter in key) name.Append(char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' ? letter : '_');
        return name.ToString();
    }
}

using System.Text.Json.Nodes;
using Turnpike.Turns;

namespace Turnpike.Prompts.Files;

/// <summary>What reading a <c>.prompt</c> file may ask for.</summary>
public sealed record PromptFileOptions
{
    /// <summary>The key of the prompt, from the file's name; null: <c>name</c> and <c>variant</c> of the front matter, else none.</summary>
    public string? Key { get; init; }
    /// <summary>Finds a stored JSON Schema by its name; null when there is none.</summary>
    public Func<string, JsonObject?> Schemas { get; init; } = _ => null;
    /// <summary>Reads the bytes of a file beside the prompt file by its relative path; null when there is none. A <see cref="TurnException"/> tells why one cannot be read. Without it, resources that name files are refused.</summary>
    public Func<string, byte[]?>? ReadFile { get; init; }
    /// <summary>Hears of all that cannot be read, each fault with its place in the file: it is left out, and a template that is none becomes the prompt's <see cref="Prompt.Body"/> as it is. What is no YAML is thrown all the same. Null: the first fault is thrown.</summary>
    public Action<TurnException>? Fault { get; init; }
}

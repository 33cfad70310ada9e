using System.Text;
using Turnpike.Turns;

namespace Turnpike.Prompts.Files;

/// <summary>Reads and writes <c>.prompt</c> files: YAML front matter and a Handlebars body, as dotprompt has them (https://google.github.io/dotprompt/), with our own settings under <c>turnpike.</c>.</summary>
public static class PromptFile
{
    /// <summary>The ending of the files' names.</summary>
    public const string Extension = ".prompt";

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads the prompt of a file.</summary>
    /// <param name="text">Its text.</param>
    /// <param name="key">The key of the prompt, from the file's name; null: the front matter's <c>name</c> and <c>variant</c>, else none.</param>
    /// <exception cref="TurnException"><c>request_invalid, template_invalid, template_limit, parameter_invalid</c> with line and column.</exception>
    public static Prompt Parse(string text, string? key = null) => Read(text, new() { Key = key }).Prompt;

    /// <summary>Reads all that a file says.</summary>
    /// <exception cref="TurnException"><c>request_invalid, template_invalid, template_limit, parameter_invalid, resource_failed</c> with line and column.</exception>
    public static PromptFileContent Read(string text, PromptFileOptions options)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(options);
        var parts = PromptFileParts.Of(text);
        var (yaml, places) = parts.Yaml is null ? ([], new()) : YamlReader.Read(parts.Yaml, parts.YamlLine);
        var faults = new FileFaults(options.Fault is { } hear ? error => hear(FileErrors.Placed(error, places)) : null);
        try
        {
            return PromptFileReader.Read(text, FrontMatter.Of(yaml, faults), parts, options, faults);
        }
        catch (TurnException error)
        {
            throw FileErrors.Placed(error, places);
        }
    }

    /// <summary>Reads all that a file says.</summary>
    /// <param name="utf8">Its bytes, UTF-8 with or without a byte order mark.</param>
    /// <param name="options">What reading may ask for.</param>
    /// <exception cref="TurnException">As for a text; also <c>request_invalid</c> for bytes that are no UTF-8.</exception>
    public static PromptFileContent Read(ReadOnlySpan<byte> utf8, PromptFileOptions options)
    {
        try
        {
            return Read(Strict.GetString(utf8), options);
        }
        catch (DecoderFallbackException error)
        {
            throw new TurnException(TurnErrorCode.RequestInvalid, $"The file is no UTF-8 text; byte {error.Index} does not fit. Save it as UTF-8.", error) { Field = "file" };
        }
    }

    /// <summary>
    /// Writes a file that reads back as this prompt; what only says where it is kept (key, version, labels, dates) is left out. A prompt that still says what the
    /// file it came from says gives that file, byte for byte; else keys that did not change stay as they stand there.
    /// </summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="options">How the file it came from was read, if it names stored schemas.</param>
    /// <exception cref="TurnException"><c>request_invalid</c> for a media address that is partly a placeholder: the format has no way to say it.</exception>
    public static string Write(Prompt prompt, PromptFileOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        return prompt.File is null ? PromptFileWriter.Write(prompt) : PromptFileEditor.Write(prompt, options ?? new());
    }

    /// <summary>The key of a prompt from the path of its file: folders stay, the ending goes.</summary>
    public static string KeyOf(string path) => string.Join('/', path.Replace('\\', '/').Split('/').SkipWhile(step => step is "" or "." or "..")) is var plain && plain.EndsWith(Extension, StringComparison.OrdinalIgnoreCase) ? plain[..^Extension.Length] : plain;
}

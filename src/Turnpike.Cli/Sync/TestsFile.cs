using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Turnpike.Prompts.Files;
using Turnpike.Prompts.Testing;
using Turnpike.Turns;
using Turnpike.Turns.Json;

namespace Turnpike.Cli.Sync;

/// <summary>The tests of a prompt as a file beside its own: <c>summarize.tests.json</c> beside <c>summarize.prompt</c>, the JSON that <c>prompts tests --set</c> takes.</summary>
internal static class TestsFile
{
    /// <summary>The ending of the files' names.</summary>
    public const string Extension = ".tests.json";

    private static readonly JsonWriterOptions Indented = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Where the tests of a prompt file's prompt are, whether they are there or not.</summary>
    public static string Of(string promptFile) => promptFile[..^PromptFile.Extension.Length] + Extension;

    /// <summary>The prompt file that a file of tests stands beside; any other file is itself.</summary>
    public static string PromptFileOf(string file) => file.EndsWith(Extension, StringComparison.OrdinalIgnoreCase) ? file[..^Extension.Length] + PromptFile.Extension : file;

    /// <summary>What is said of a file of tests that stands beside no prompt file.</summary>
    public static string Alone(string file) => $"{Path.GetFileName(file)} is left out: there is no {Path.GetFileName(PromptFileOf(file))} beside it.";

    /// <summary>Reads and checks a file of tests.</summary>
    /// <exception cref="TurnException"><c>request_invalid</c>, with the file's name and the line.</exception>
    public static PromptTests Read(string file, string key)
    {
        var text = File.ReadAllText(file);
        try
        {
            var tests = Parse(text) with { Key = key };
            PromptTestRules.Check(tests);
            return tests;
        }
        catch (JsonException error)
        {
            throw Wrong(file, (int)(error.LineNumber ?? 0) + 1, JsonWords.Of(error, TurnpikeJson.Relaxed.Options, JsonWords.Field(error), whole: "it"), error);
        }
        catch (TurnException error)
        {
            throw Wrong(file, JsonLine.Of(text, error.Field ?? ""), error.Field is { } field ? $"\"{field}\": {error.Message}" : error.Message, error);
        }
    }

    /// <summary>Reads tests as they are written by hand; key, revision and date do not count.</summary>
    /// <exception cref="JsonException">It holds no tests.</exception>
    public static PromptTests Parse(string text) => JsonSerializer.Deserialize(text, TurnpikeJson.Relaxed.PromptTests) ?? throw new JsonException("null is no object of tests.");

    /// <summary>Tests as a file has them: labels and cases, without what says nothing.</summary>
    public static string Write(PromptTests tests)
    {
        var whole = (JsonObject)JsonSerializer.SerializeToNode(tests, TurnpikeJson.Relaxed.PromptTests)!;
        var written = new JsonObject();
        foreach (var name in (string[])["labels", "cases"]) if (whole.Remove(name, out var said) && said is JsonArray { Count: > 0 }) written[name] = said;
        foreach (var test in (written["cases"] as JsonArray ?? []).OfType<JsonObject>())
            foreach (var empty in test.Where(member => member.Value is JsonArray { Count: 0 } or JsonObject { Count: 0 } || (member.Key == "content" && (string?)member.Value == "")).Select(member => member.Key).ToArray()) test.Remove(empty);
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Indented)) written.WriteTo(writer);
        return Encoding.UTF8.GetString(buffer.ToArray()) + "\n";
    }

    private static TurnException Wrong(string file, int line, string why, Exception cause) => new(TurnErrorCode.RequestInvalid, $"{Path.GetFileName(file)}, line {line}: {why}", cause) { Field = "tests" };
}

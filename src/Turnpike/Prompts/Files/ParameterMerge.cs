using System.Text.Json.Nodes;
using Turnpike.Turns;
using Turnpike.Turns.Json;

namespace Turnpike.Prompts.Files;

/// <summary>
/// The parameters of an edited front matter. Each stays where it stood, under the name that it has there: in <c>config</c>, <c>turnpike.parameters</c> or <c>turnpike.tools</c>;
/// new ones go into <c>config</c>. One that stands in several places is edited where it counts.
/// </summary>
internal sealed class ParameterMerge
{
    private readonly JsonObject _old;
    private readonly JsonObject _now;
    private readonly HashSet<string> _placed = new(StringComparer.Ordinal);

    /// <param name="config">The file's <c>config</c>.</param>
    /// <param name="own">What stands under <c>turnpike</c> in the file.</param>
    /// <param name="old">The <c>config</c> that we would write for the file.</param>
    /// <param name="now">The <c>config</c> that we would write for the edited prompt.</param>
    public ParameterMerge(JsonObject? config, JsonObject own, JsonObject? old, JsonObject? now)
    {
        (_old, _now) = (old ?? [], now ?? []);
        Own = (JsonObject)own.DeepClone();
        if (own["tools"] is JsonObject tools) Own["tools"] = Edited(tools, InTools); // what is read last is edited first, for it counts
        if (own["parameters"] is JsonObject parameters) Own["parameters"] = Edited(parameters, Written);
        Config = Edited(config ?? [], Written);
        foreach (var (name, value) in _now) if (_placed.Add(name)) Config[name] = value?.DeepClone();
    }

    /// <summary><c>config</c> from now on.</summary>
    public JsonObject Config { get; }

    /// <summary>What stands under <c>turnpike</c>, with its parameters from now on.</summary>
    public JsonObject Own { get; }

    /// <summary>The name that we write for a parameter, which has several; names that nobody here knows are the provider's.</summary>
    public static string Written(string name) => ParameterTable.Find(name) is not { } known ? name : known.Name == "stop" ? PromptFileWriter.Stop : known.Name;

    private JsonObject Edited(JsonObject file, Func<string, string?> named)
    {
        var edited = new JsonObject();
        foreach (var (key, value) in file)
        {
            var name = named(key);
            if (name == "require") name = file["choice"] is null && value?.GetValueKind() == System.Text.Json.JsonValueKind.True ? "toolChoice" : null;
            if (name is null || (name == "toolChoice" && key == "require" && ForeignJson.AreSame(_old[name], _now[name]))) Keep(key, value, name);
            else if (key == "require") continue; // another choice has no word that is true
            else if (name == PromptFileWriter.More && value is JsonObject inner) Keep(key, inner.Count == 0 ? inner : Edited(inner, InOptions), ForeignJson.AreSame(_old[name], _now[name]) ? name : null, isEmptyKept: inner.Count == 0);
            else if (ForeignJson.AreSame(_old[name], _now[name])) Keep(key, value, name);
            else if (_now.ContainsKey(name)) Keep(key, _placed.Contains(name) ? value : FrontMatterMerge.Merged(value, _old[name], _now[name]), name);
        }
        return edited;

        void Keep(string key, JsonNode? value, string? name, bool isEmptyKept = true)
        {
            if (name is not null) _placed.Add(name);
            if (isEmptyKept || value is not JsonObject { Count: 0 }) edited[key] = value?.DeepClone();
        }
    }

    private static string? InOptions(string key) => ParameterTable.Find(key) is null ? key : null;

    private static string? InTools(string key) => key switch { "choice" => "toolChoice", "parallel" => "parallelToolCalls", "maxSteps" => "maxSteps", "require" => "require", _ => null };
}

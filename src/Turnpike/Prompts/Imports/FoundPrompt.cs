using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Turnpike.Prompts.Files;
using Turnpike.Prompts.Templates;
using Turnpike.Prompts.Testing;
using Turnpike.Prompts.Variables;
using Turnpike.Turns;
using Turnpike.Turns.Json;

namespace Turnpike.Prompts.Imports;

/// <summary>A prompt found in a file of another system, with what had to change on its way.</summary>
/// <param name="source">What it is called there.</param>
internal sealed partial class FoundPrompt(string source)
{
    public string Source => source;
    /// <summary>What it is, in the report.</summary>
    public string Kind { get; init; } = "prompt";
    public Prompt? Prompt { get; set; }
    /// <summary>The tests of a prompt, for what is no prompt itself.</summary>
    public PromptTests? Tests { get; set; }
    public string? Reason { get; private set; }
    /// <summary>The number of its version there; 0 when it has none.</summary>
    public int Version { get; init; }
    public List<string> Changes { get; } = [];
    /// <summary>What is to be said of it though nothing had to change.</summary>
    public List<string> Remarks { get; } = [];
    public List<string> Labels { get; } = [];
    /// <summary>Whether its key was made of its first words, for it has no name: another prompt may begin with them too.</summary>
    public bool IsUnnamed { get; init; }
    /// <summary>The label that its number there becomes, whether labels are asked for or not; null when callers do not name the number.</summary>
    public string? VersionLabel { get; private set; }

    /// <summary>Makes a label of the number that its version has there, which callers name; labels that were there and look like such numbers are left.</summary>
    public void KeepNumber()
    {
        if (Version == 0) return;
        VersionLabel = ForeignVersions.LabelOf(Version);
        foreach (var label in Labels.Where(label => ForeignVersions.NumberOf(label) is not null && label != VersionLabel)) Changes.Add($"label {label}: left out, here it names the version that had this number");
        Labels.RemoveAll(label => ForeignVersions.NumberOf(label) is not null);
    }

    /// <summary>Tells of a tool that is described and not named: what it does is not here.</summary>
    public void LeaveOut(JsonObject tool) =>
        Changes.Add($"tool {Text(tool["name"]) ?? Text((tool["function"] as JsonObject)?["name"]) ?? Text(tool["server_label"]) ?? Text(tool["type"])}: left out, connect it here and name it in \"tools\"");

    /// <summary>Ids of rules where it came from, which have others here.</summary>
    public IReadOnlyList<string> ForeignRules { get; set; } = [];

    public FoundPrompt Skip(string reason)
    {
        (Reason, Prompt, Tests) = (reason, null, null);
        return this;
    }

    /// <summary>Leaves out what must not travel; true when that was so.</summary>
    public bool IsForbidden(string name, JsonNode? value, string path)
    {
        if (ImportSecrets.IsSecret(name, value)) Changes.Add($"{path}: left out, secrets are not imported");
        else if (ImportSecrets.IsCode(name)) Changes.Add($"{path}: left out, code is not imported");
        else return TakesEnvironment(value, path);
        return true;
    }

    /// <summary>Leaves out what takes a value from the environment; true when it does.</summary>
    public bool TakesEnvironment(JsonNode? value, string path) => TakesEnvironment(value, JsonPlace.Of(path));

    /// <inheritdoc cref="TakesEnvironment(JsonNode?, string)"/>
    public bool TakesEnvironment(JsonNode? value, JsonPlace place)
    {
        if (value?.ToJsonString().Contains("${env", StringComparison.OrdinalIgnoreCase) != true) return false;
        Changes.Add($"{place}: left out, it takes a value from the environment");
        return true;
    }

    /// <summary>A prompt without the defaults of variables that are named like keys.</summary>
    public Prompt WithoutKeys(Prompt prompt)
    {
        var keys = prompt.Variables.Where(variable => variable is { Name: not null, Default: { } value } && ImportSecrets.IsKey(variable.Name, Node(value))).ToArray();
        foreach (var variable in keys) Changes.Add($"variable {variable.Name}: its default is left out, secrets are not imported");
        return keys.Length == 0 ? prompt : prompt with { File = null, Variables = [.. prompt.Variables.Select(variable => keys.Contains(variable) ? variable with { Default = null } : variable)] };
    }

    /// <summary>Parameters by any of their names; the rest is returned.</summary>
    public (TurnParameters? Parameters, JsonObject Other) Parameters(JsonObject? given, string path, params string[] ignored)
    {
        var (parameters, isEmpty, rest) = (TurnParameters.None, true, new JsonObject());
        foreach (var (name, value) in given ?? [])
        {
            if (value is null || ignored.Contains(name) || IsForbidden(name, value, ImportSecrets.Inner(path, name))) continue;
            if (ParameterTable.Find(name) is not { } known)
            {
                rest[name] = ImportSecrets.Without(value, ImportSecrets.Inner(path, name), Changes.Add);
                continue;
            }
            try
            {
                var safe = known.Name == PromptFileWriter.More ? ImportSecrets.Without(value, ImportSecrets.Inner(path, name), Changes.Add)! : value;
                (parameters, isEmpty) = (known.With(parameters, known.Parse(Element(safe))), false);
            }
            catch (TurnException error)
            {
                Changes.Add($"{path}.{name}: left out, {error.Message}");
            }
        }
        return (isEmpty ? null : parameters, rest);
    }

    /// <summary>Declares what the messages use and nobody declared, as optional texts.</summary>
    public void DeclareUsed()
    {
        if (Prompt is null) return;
        try
        {
            var missing = new CompiledPrompt(Prompt).UsedNames.Except(Prompt.Variables.Select(variable => variable.Name)).Except(ComputedVariables.Names).ToArray();
            foreach (var name in missing) Changes.Add($"variable {name}: declared, since it is used");
            Prompt = Prompt with { Variables = [.. Prompt.Variables, .. missing.Select(name => new VariableDefinition { Name = name })] };
        }
        catch (TurnException error)
        {
            Skip(error.Message);
        }
    }

    /// <summary>A key made of a name: words joined by hyphens.</summary>
    public static string KeyOf(string name)
    {
        var key = NotInKeys().Replace(name.Trim().ToLowerInvariant(), "-").Trim('-', '/', '.');
        return key.Length == 0 ? "prompt" : key.Length > 150 ? key[..150].Trim('-', '/') : key;
    }

    /// <summary>A name of a variable made of any name.</summary>
    public static string VariableOf(string name)
    {
        var plain = NotInNames().Replace(name.Trim(), "_");
        if (plain.Length == 0 || char.IsAsciiDigit(plain[0])) plain = "_" + plain;
        return TemplateHelpers.IsTaken(plain) ? plain + "_" : plain;
    }

    public static string? Text(JsonNode? node) => node?.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : null;

    /// <summary>A version's number, also one that is given as a text; 0 for anything else.</summary>
    public static int VersionOf(JsonNode? node) => int.TryParse(node?.ToString(), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : 0;

    public static IReadOnlyList<string> Texts(JsonNode? node) => [.. (node as JsonArray ?? []).Select(Text).OfType<string>()];

    public static JsonNode? Node(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => null,
        JsonValueKind.Array => JsonArray.Create(element),
        JsonValueKind.Object => JsonObject.Create(element),
        _ => JsonValue.Create(element),
    };

    public static JsonElement Element(JsonNode node) => JsonElement.Parse(node.ToJsonString());

    public static PromptMessage Message(string role, string text) => new() { Role = role is "developer" ? "system" : role is "model" ? "assistant" : role, Content = [new() { Type = "text", Text = text }] };

    [GeneratedRegex(@"[^\p{L}\p{Nd}._/-]+")]
    private static partial Regex NotInKeys();

    [GeneratedRegex("[^A-Za-z0-9_]")]
    private static partial Regex NotInNames();
}

using System.Text.Json;
using System.Text.Json.Nodes;
using Turnpike.Prompts.Testing;
using Turnpike.Turns;
using Turnpike.Turns.Json;

namespace Turnpike.Prompts.Imports;

/// <summary>Our own form of many prompts: <c>{format: "turnpike.prompts", version: 1, prompts: […], tests?: […]}</c>.</summary>
public sealed record PromptBundle
{
    /// <summary>What <see cref="Format"/> says.</summary>
    public const string Name = "turnpike.prompts";

    /// <summary>The newest version of the form that is read here.</summary>
    public const int Newest = 1;

    private static readonly string[] Texts = ["messages", "body", "title", "description", "note", "file", "partials"];

    private static readonly string[] Own = ["key", "messages", "body", "format", "model", "title", "variables"];

    /// <summary>Always <c>turnpike.prompts</c>.</summary>
    public string Format { get; init; } = Name;
    /// <summary>The version of the form.</summary>
    public int Version { get; init; } = Newest;
    /// <summary>The prompts.</summary>
    public IReadOnlyList<Prompt> Prompts { get; init => field = value ?? []; } = [];

    /// <summary>The tests of those that have some, each under its prompt's key; null: none has.</summary>
    public IReadOnlyList<PromptTests>? Tests { get; init; }

    internal static bool Fits(JsonObject row) => FoundPrompt.Text(row["format"]) == Name;

    /// <exception cref="TurnException"><c>request_invalid</c>: a newer program wrote it.</exception>
    internal static JsonArray Rows(JsonObject file)
    {
        var version = file["version"] is JsonValue number && number.TryGetValue<int>(out var told) ? told : 0;
        if (version > Newest) throw new TurnException(TurnErrorCode.RequestInvalid, $"This file has version {version} of the form \"{Name}\", and {Newest} is the newest that is read here. Update Turnpike, or export it from an older one.") { Field = "version" };
        return file["prompts"] as JsonArray ?? throw new TurnException(TurnErrorCode.RequestInvalid, "The file has no \"prompts\".") { Field = "prompts" };
    }

    /// <exception cref="TurnException"><c>request_invalid</c>: they are no list.</exception>
    internal static IEnumerable<FoundPrompt> FoundTests(JsonObject file) => file["tests"] switch
    {
        null => [],
        JsonArray list => list.Select((one, at) => ReadTests(one as JsonObject, at)),
        _ => throw new TurnException(TurnErrorCode.RequestInvalid, "\"tests\" of the file must be a list.") { Field = "tests" },
    };

    private static FoundPrompt ReadTests(JsonObject? row, int at)
    {
        var found = new FoundPrompt(FoundPrompt.Text(row?["key"]) ?? $"tests {at + 1}") { Kind = "tests" };
        if (row is null || found.Source.Length == 0) return found.Skip("They are no tests: they must be an object with the \"key\" of their prompt.");
        try
        {
            found.Tests = row.Deserialize(StrictJson.Given(TurnpikeJson.Relaxed.PromptTests))!;
            return found.Tests.Key.Length > 0 ? found : found.Skip("They do not say whose they are: their \"key\" is missing.");
        }
        catch (JsonException error)
        {
            return found.Skip($"They are no tests: {JsonWords.Of(error, TurnpikeJson.Relaxed.Options, JsonWords.Field(error), whole: "it")}");
        }
    }

    /// <summary>Takes out what a prompt would take from the environment; its texts are texts, whatever they hold.</summary>
    private static bool LeaveEnvironment(JsonNode node, JsonPlace? place, FoundPrompt found)
    {
        var leaves = false;
        foreach (var (name, value) in node is JsonObject members ? members.Where(member => place is not null || !Texts.Contains(member.Key)).ToList() : [])
        {
            var inner = (place ?? JsonPlace.Of("")).Member(name);
            if (value is JsonValue && found.TakesEnvironment(value, inner)) leaves |= node.AsObject().Remove(name);
            else if (value is JsonObject or JsonArray) leaves |= LeaveEnvironment(value, inner, found);
        }
        for (var i = node is JsonArray list ? list.Count - 1 : -1; i >= 0; i--)
        {
            var (value, inner) = (node[i], (place ?? JsonPlace.Of("")).Item(i));
            if (value is JsonObject or JsonArray) leaves |= LeaveEnvironment(value, inner, found);
            else if (found.TakesEnvironment(value, inner)) leaves = RemoveAt(node.AsArray(), i);
        }
        return leaves;
    }

    private static bool RemoveAt(JsonArray list, int at)
    {
        list.RemoveAt(at);
        return true;
    }

    /// <summary>Why a row is of no form that is read; null when it may be one of ours.</summary>
    internal static string? WhyNone(JsonObject row) => Own.Any(row.ContainsKey) ? null
        : row["versions"] is JsonArray && row.ContainsKey("name") ? "It has no text: it is a row of Langfuse's list. Fetch each prompt by its name, and import what comes."
        : "It is of no form that is read here: rows of our own have \"key\" and \"messages\" or \"body\", those of OpenAI \"instructions\" or \"input\", of Langfuse \"name\" and \"prompt\", of AI Matrx \"messages\" and \"settings\", and a file of LiteChat has \"promptTemplates\".";

    private static Prompt WithoutSecrets(Prompt prompt, FoundPrompt found)
    {
        var before = found.Changes.Count;
        var options = (JsonObject?)ImportSecrets.Without(prompt.Parameters?.ProviderOptions, "parameters.providerOptions", found.Changes.Add, code: false);
        var metadata = (JsonObject?)ImportSecrets.Without(prompt.Metadata, "metadata", found.Changes.Add, code: false);
        return found.Changes.Count == before ? prompt : prompt with { File = null, Parameters = prompt.Parameters is null ? null : prompt.Parameters with { ProviderOptions = options }, Metadata = metadata };
    }

    internal static FoundPrompt Read(JsonObject row)
    {
        var found = new FoundPrompt(FoundPrompt.Text(row["key"]) ?? FoundPrompt.Text(row["title"]) ?? "prompt");
        try
        {
            if (LeaveEnvironment(row, null, found)) row.Remove("file");
            var prompt = row.Deserialize(StrictJson.Given(TurnpikeJson.Relaxed.Prompt))!;
            PromptRules.RefuseNulls(prompt);
            found.Labels.AddRange(prompt.Labels);
            var secret = prompt.Variables.Where(variable => variable is { Secret: true, Default: not null }).Select(variable => variable.Name).ToArray();
            foreach (var name in secret) found.Changes.Add($"variable {name}: its default is left out, secrets are not imported");
            if (secret.Length > 0) prompt = prompt with { File = null, Variables = [.. prompt.Variables.Select(variable => secret.Contains(variable.Name) ? variable with { Default = null } : variable)] };
            prompt = WithoutSecrets(prompt, found);
            found.Prompt = prompt with { Version = null, Labels = [], CreatedAt = null, Hash = null };
            return found;
        }
        catch (JsonException error)
        {
            return found.Skip($"It is no prompt: {PromptMembers.Unknown(row.Select(member => member.Key)) ?? JsonWords.Of(error, TurnpikeJson.Relaxed.Options, JsonWords.Field(error), whole: "it")}");
        }
        catch (TurnException error)
        {
            return found.Skip(error.Message);
        }
    }
}

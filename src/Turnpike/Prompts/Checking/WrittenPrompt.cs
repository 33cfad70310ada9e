using System.Text.Json;
using System.Text.Json.Nodes;
using Turnpike.Turns;
using Turnpike.Turns.Json;

namespace Turnpike.Prompts.Checking;

/// <summary>A prompt object as somebody wrote it: parameters and types of variables that there are not become issues and are left out, so that they hide nothing of the others.</summary>
internal static class WrittenPrompt
{
    private static readonly string[] Types = [.. Enum.GetNames<VariableType>().Select(name => name.ToLowerInvariant())];

    /// <exception cref="JsonException">It is no JSON, or no prompt object.</exception>
    public static Prompt Read(ReadOnlyMemory<byte> json, List<PromptIssue> issues)
    {
        try
        {
            return StrictJson.Read(json.Span, TurnpikeJson.Relaxed.Prompt) ?? throw new JsonException("The prompt is null; it must be an object.");
        }
        catch (Exception fault) when (fault is JsonException or TurnException)
        {
            if (Mended(json, issues) is not { } mended) throw;
            try
            {
                return mended.Deserialize(StrictJson.Given(TurnpikeJson.Relaxed.Prompt))!;
            }
            catch (JsonException) // what was told first has its line and column
            {
                System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(fault);
                throw;
            }
        }
    }

    /// <summary>What stopped the reading, as an issue.</summary>
    public static PromptIssue Issue(TurnException fault) => new(fault.Code.Text(), IssueSeverity.Error, fault.Message, fault.Field ?? "") { Span = fault.Span, Name = fault.Field?.Split('.') is ["parameters", var name] ? name : null };

    /// <summary>The object without what cannot be read; null when it is none, or nothing of it is known to be at fault.</summary>
    private static JsonObject? Mended(ReadOnlyMemory<byte> json, List<PromptIssue> issues)
    {
        if (Parsed(json) is not JsonObject prompt) return null;
        var before = issues.Count;
        if (prompt["parameters"] is { } parameters) prompt["parameters"] = Parameters(parameters, issues);
        if (prompt["variables"] is JsonArray variables) for (var i = 0; i < variables.Count; i++) CheckType(variables[i], $"variables[{i}]", issues);
        return issues.Count > before ? prompt : null;
    }

    private static JsonObject Parameters(JsonNode given, List<PromptIssue> issues)
    {
        var (fitting, named) = (new JsonObject(), new Dictionary<string, string>(StringComparer.Ordinal));
        foreach (var (name, value) in given as JsonObject ?? [])
        {
            var read = new JsonObject { [name] = value?.DeepClone() };
            if (ParameterTable.Find(name)?.Name is { } parameter && !named.TryAdd(parameter, name)) read[named[parameter]] = fitting[named[parameter]]?.DeepClone(); // two names of one parameter say one thing
            if (Fault(read) is not { } fault)
            {
                fitting[name] = value?.DeepClone();
                continue;
            }
            var near = fault.Code == TurnErrorCode.ParameterUnknown ? Nearest.To(name, ParameterTable.All.Select(parameter => parameter.Name)) : null;
            issues.Add(new(fault.Code.Text(), IssueSeverity.Error, fault.Message, "parameters." + name) { Name = name, Fix = near is null ? null : new($"Write \"{near}\".", near) });
        }
        if (given is not JsonObject && Fault(given) is { } whole) issues.Add(Issue(whole));
        return fitting;
    }

    private static TurnException? Fault(JsonNode parameters)
    {
        try
        {
            ParameterTable.Read(JsonElement.Parse(parameters.ToJsonString()));
            return null;
        }
        catch (TurnException fault)
        {
            return fault;
        }
    }

    private static void CheckType(JsonNode? given, string path, List<PromptIssue> issues)
    {
        if (given is not JsonObject variable || variable["type"] is not JsonValue value || !value.TryGetValue<string>(out var type) || Types.Contains(type, StringComparer.Ordinal)) return;
        var near = Nearest.To(type, Types);
        issues.Add(new("variable_invalid", IssueSeverity.Error, $"There is no type \"{type}\" of variables; the types are {string.Join(", ", Types)}.", path + ".type") { Name = variable["name"]?.ToString(), Fix = near is null ? null : new($"Write \"{near}\".", near) });
        variable["type"] = "any";
    }

    private static JsonNode? Parsed(ReadOnlyMemory<byte> json)
    {
        try
        {
            return StrictJson.ParseNode(json.Span);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

using System.Text.Json;
using Turnpike.Turns;
using Turnpike.Turns.Drafts;

namespace Turnpike.Middleware.Hooks;

/// <summary>The object that a hook answered. What it says of both drafts and requests: <c>refuse, warnings, parameters</c>.</summary>
internal abstract class HookAnswer(JsonElement answer)
{
    protected JsonElement Answer => answer;

    /// <summary>Refuses members that nobody reads, and does what every answer may say.</summary>
    /// <exception cref="HookException">A member that is not known.</exception>
    /// <exception cref="TurnException"><c>rejected</c>, with the hook's reason.</exception>
    protected void Common(TurnDraft draft, string[] known)
    {
        if (answer.EnumerateObject().FirstOrDefault(member => !known.Contains(member.Name)) is { Value.ValueKind: not JsonValueKind.Undefined } other) throw new HookException($"answered with the member \"{other.Name}\", which nobody reads ({string.Join(", ", known)} are)");
        if (Text(answer, "refuse") is { } reason) draft.Refuse(reason);
        foreach (var warning in Names(answer, "warnings")) draft.Warn("hook", warning);
    }

    protected IEnumerable<JsonProperty> Members(string name) => answer.TryGetProperty(name, out var member) ? member.ValueKind == JsonValueKind.Object ? member.EnumerateObject() : throw Wrong(name, "an object") : [];

    protected static string? Text(JsonElement of, string name) =>
        !of.TryGetProperty(name, out var member) || member.ValueKind == JsonValueKind.Null ? null : member.ValueKind == JsonValueKind.String ? member.GetString() : throw Wrong(name, "a text");

    protected static string[] Names(JsonElement of, string name)
    {
        if (!of.TryGetProperty(name, out var member)) return [];
        if (member.ValueKind != JsonValueKind.Array || member.EnumerateArray().Any(one => one.ValueKind != JsonValueKind.String)) throw Wrong(name, "a list of texts");
        return [.. member.EnumerateArray().Select(one => one.GetString()!)];
    }

    protected static HookException Wrong(string name, string wanted) => new($"answered with a \"{name}\" that is not {wanted}");

    /// <summary>A parameter's value, checked.</summary>
    protected static object? Parsed(ParameterDescriptor parameter, JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.Null ? null : parameter.Parse(value);
        }
        catch (TurnException error)
        {
            throw new HookException($"answered with a parameter that does not fit ({error.Message.TrimEnd('.')})");
        }
    }

    /// <summary>A parameter by its name or an alias.</summary>
    protected static ParameterDescriptor Parameter(string name)
    {
        try
        {
            return ParameterTable.Get(name);
        }
        catch (TurnException error)
        {
            throw new HookException($"answered with a parameter that is not known ({error.Message.TrimEnd('.')})");
        }
    }
}

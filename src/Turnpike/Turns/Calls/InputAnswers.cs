using System.Text.Json;
using Turnpike.Prompts.Variables;

namespace Turnpike.Turns.Calls;

/// <summary>What an answer to a tool's questions must be.</summary>
internal static class InputAnswers
{
    private const string Form = "send as \"output\" an object with {\"action\": \"accept\", \"content\": {...}} for each question, or \"approved\": false to decline";

    /// <summary>What is wrong with an answer; null: nothing.</summary>
    public static string? Fault(OpenCall call, CallAnswer answer)
    {
        if (answer.IsError || answer.Approved == false) return answer.Output is null or { ValueKind: JsonValueKind.Null } ? null : "a no comes without \"output\"";
        if (call.Input is not { } asked) return "its questions are not known";
        if (answer.Output is not { ValueKind: JsonValueKind.Object } given) return Form;
        foreach (var (key, question) in asked.Questions)
        {
            if (!given.TryGetProperty(key, out var one) || one.ValueKind != JsonValueKind.Object || !one.TryGetProperty("action", out var action) || action.ValueKind != JsonValueKind.String) return $"\"{key}\" has no answer: {Form}";
            if (Fault(key, question, one, action.GetString()!) is { } fault) return fault;
        }
        foreach (var member in given.EnumerateObject())
        {
            if (!asked.Questions.ContainsKey(member.Name)) return $"there is no question \"{member.Name}\"; asked is {string.Join(", ", asked.Questions.Keys.Select(key => $"\"{key}\""))}";
        }
        return null;
    }

    private static string? Fault(string key, InputQuestion question, JsonElement one, string action)
    {
        var hasContent = one.TryGetProperty("content", out var content);
        if (action is "decline" or "cancel") return hasContent ? $"\"{key}\" is not accepted, so it comes without \"content\"" : null;
        if (action != "accept") return $"the \"action\" of \"{key}\" is \"{action}\"; it must be accept, decline or cancel";
        if (!hasContent || content.ValueKind != JsonValueKind.Object) return $"\"{key}\" is accepted without \"content\"";
        var faults = JsonSchemaCheck.Check(question.Schema, content);
        return faults.Count == 0 ? null : $"the content of \"{key}\" does not fit what is asked: {string.Join("; ", faults.Select(fault => $"{fault.Path} {fault.Message}".Trim()))}";
    }
}

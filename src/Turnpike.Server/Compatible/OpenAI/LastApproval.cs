using System.Text.Json;

namespace Turnpike.Server.Compatible.OpenAI;

/// <summary>The yes or no that a list of items ends with: nothing that a model said stands behind it, so it is an answer and not a story of one.</summary>
internal static class LastApproval
{
    /// <summary>The place of the answer in the list; -1: there is none.</summary>
    public static int In(IReadOnlyList<JsonElement> items)
    {
        var place = items.Count - 1;
        while (place >= 0 && Word(items[place], "type") != "mcp_approval_response") place--;
        return place >= 0 && Request(items[place]) is { } request && items.Skip(place + 1).Any(item => IsSaid(item, TurnOf(request))) ? -1 : place;
    }

    /// <summary>The request that an answer names; null: it names none.</summary>
    public static string? Request(JsonElement answer) => Word(answer, "approval_request_id");

    /// <summary>The id of the turn that has an item, by the item's id; null: it is none of ours.</summary>
    public static string? TurnOf(string? item) => item?.Split('_') is [_, { Length: > 0 } suffix, _, ..] ? "turn_" + suffix : null;

    /// <summary>Whether a model said it after the turn that asked. That turn may ask for several calls, and be answered between.</summary>
    private static bool IsSaid(JsonElement item, string? asking) => Word(item, "type") switch
    {
        "reasoning" or "function_call" or "mcp_call" => true,
        "mcp_approval_request" => TurnOf(Word(item, "id")) != asking,
        _ => Word(item, "role") == "assistant",
    };

    private static string? Word(JsonElement item, string name) => item.Member(name) is { ValueKind: JsonValueKind.String } word ? word.GetString() : null;
}

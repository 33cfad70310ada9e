using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Turnpike.Turns.Json;

namespace Turnpike.Turns.Calls;

/// <summary>Says to a function that it may ask a person, and brings what was answered. It stands in the context of the arguments under <see cref="Key"/>.</summary>
public sealed record InputExchange
{
    /// <summary>The key in the context of the arguments.</summary>
    public const string Key = "turnpike.input";

    /// <summary>The answers: an object with <c>{action: accept | decline | cancel, content?}</c> for each question; null: nothing was asked yet.</summary>
    public JsonElement? Answers { get; init; }
    /// <summary>What the function wanted back with them.</summary>
    public string? State { get; init; }

    /// <summary>The exchange that a function was given; null: nobody can be asked.</summary>
    public static InputExchange? Of(AIFunctionArguments arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        return arguments.Context?.TryGetValue(Key, out var given) == true ? given as InputExchange : null;
    }

    /// <summary>An answer as the function reads it: a no declines all questions, an error takes them back.</summary>
    internal static InputExchange Of(AskedInput asked, CallAnswer answer)
    {
        if (answer is { Output: { } given, IsError: false } && answer.Approved != false) return new() { Answers = given, State = asked.State };
        var action = answer.IsError ? "cancel" : "decline";
        var answers = new JsonObject(asked.Questions.Keys.Select(key => KeyValuePair.Create(key, (JsonNode?)new JsonObject { ["action"] = action })));
        return new() { Answers = JsonSerializer.SerializeToElement(answers, TurnpikeJson.Relaxed.JsonObject), State = asked.State };
    }
}

using System.Text.Json;
using Microsoft.Extensions.AI;
using Turnpike.Turns;
using Turnpike.Turns.Drafts;
using Turnpike.Turns.Json;

namespace Turnpike.Middleware.Hooks;

/// <summary>What a hook wants changed of a request that is ready.</summary>
internal sealed class RequestAnswer(JsonElement answer) : HookAnswer(answer)
{
    private static readonly string[] Known = ["refuse", "warnings", "parameters", "messages", "tools"];

    /// <exception cref="HookException">The answer does not fit.</exception>
    public ModelRequest Apply(TurnDraft draft, ModelRequest request)
    {
        Common(draft, Known);
        var parameters = request.Parameters;
        foreach (var member in Members("parameters"))
        {
            var parameter = Parameter(member.Name);
            parameters = parameter.With(parameters, Parsed(parameter, member.Value));
        }
        if (!ReferenceEquals(parameters, request.Parameters)) request = request with { Parameters = parameters };
        if (Answer.TryGetProperty("messages", out var messages)) request = request with { Messages = Read(messages) };
        if (!Answer.TryGetProperty("tools", out _)) return request;
        var names = Names(Answer, "tools");
        if (names.FirstOrDefault(name => request.Tools.All(tool => tool.Name != name)) is { } unknown) throw new HookException($"answered with the tool \"{unknown}\", which was not offered");
        return request with { Tools = [.. request.Tools.Where(tool => names.Contains(tool.Name))] };
    }

    private static IReadOnlyList<ChatMessage> Read(JsonElement messages)
    {
        try
        {
            return messages.Deserialize(TurnpikeJson.Relaxed.IReadOnlyListChatMessage) is { Count: > 0 } read ? read : throw Wrong("messages", "a list of messages");
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw Wrong("messages", "a list of messages as they were sent");
        }
    }
}

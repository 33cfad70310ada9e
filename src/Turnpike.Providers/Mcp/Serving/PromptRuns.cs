using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Turnpike.Pipeline;
using Turnpike.Prompts;
using Turnpike.Prompts.Tools;
using Turnpike.Prompts.Variables;
using Turnpike.Turns;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Events;

namespace Turnpike.Providers.Mcp.Serving;

/// <summary>Runs prompts for MCP clients: a call of <c>run_…</c> is a turn.</summary>
internal sealed class PromptRuns(TurnRunner runner, SealedState sealing, VariableForm form, IOptions<McpServingOptions> options)
{
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromMinutes(10);

    public McpToolChoice Serves => options.Value.Tools;

    /// <summary>Whether a prompt is offered as a tool: what it says for itself, else what its metadata says, else the option.</summary>
    public bool IsServed(Prompt prompt)
    {
        var said = ((prompt.Metadata?["turnpike"] as JsonObject)?["mcp"] as JsonObject)?["tool"] as JsonValue ?? prompt.Metadata?["turnpike.mcp.tool"] as JsonValue;
        var marked = prompt.Mcp?.Tool ?? (said is not null && said.TryGetValue<bool>(out var flag) ? flag : null);
        return Serves switch { McpToolChoice.All => marked != false, McpToolChoice.Marked => marked == true, _ => false };
    }

    public static JsonObject Describe(PromptTool tool)
    {
        var described = new JsonObject { ["name"] = tool.Name };
        if (tool.Prompt.Title is { } title) described["title"] = title;
        described["description"] = tool.Description;
        described["inputSchema"] = JsonNode.Parse(tool.Schema.GetRawText());
        if (ObjectSchema(tool.Prompt) is { } output) described["outputSchema"] = JsonNode.Parse(output.GetRawText());
        described["annotations"] = new JsonObject { ["openWorldHint"] = true };
        return described;
    }

    public async Task<JsonObject> CallAsync(PromptTool tool, McpCall call, CancellationToken cancellationToken)
    {
        var arguments = call.Object("arguments").DeepClone().AsObject();
        if (call.Params["requestState"] is not null)
        {
            var state = sealing.Open(call);
            if (state["turn"] is not null) return await GoOnAsync(tool, call, state, cancellationToken);
            foreach (var (name, value) in VariableForm.Given(tool.Prompt, call)) arguments[name] = JsonNode.Parse(value.GetRawText());
        }
        var given = JsonElement.Parse(arguments.ToJsonString());
        var goesOn = HasConversation(tool) && arguments[PromptTool.Conversation] is not null; // with the values that its conversation keeps: what lacks, the turn tells
        var schema = goesOn ? Without([.. tool.Prompt.Variables.Select(variable => variable.Name)], tool) : tool.Schema;
        if (JsonSchemaCheck.Check(schema, given) is { Count: > 0 } faults)
        {
            var missing = goesOn ? [] : Missing(tool, arguments);
            if (missing.Length > 0 && call.CanElicit && JsonSchemaCheck.Check(Without(missing, tool), given).Count == 0) return form.Ask(tool.Prompt, missing, call);
            throw Unfit(tool, missing, faults);
        }
        try
        {
            var started = await runner.StartAsync(Request(tool, given, call), cancellationToken);
            return await FollowAsync(tool, call, started.Turn.Id, 0, cancellationToken);
        }
        catch (TurnException busy) when (busy.Code == TurnErrorCode.ConversationBusy)
        {
            return new() { ["content"] = new JsonArray(new JsonObject { ["type"] = "text", ["text"] = "Another call of this conversation still runs. Wait until it has ended, then call again." }), ["isError"] = true, ["_meta"] = new JsonObject { ["turnpike/code"] = busy.Code.Text() } };
        }
        catch (TurnException error) when (goesOn && error.Code == TurnErrorCode.VariableMissing && call.CanElicit)
        {
            return form.Ask(tool.Prompt, [.. error.Variables.Where(fault => fault.Code is null or "variable_missing").Select(fault => fault.Name)], call);
        }
    }

    /// <summary>Whether the conversation is an argument of its own, and no variable has its name.</summary>
    private static bool HasConversation(PromptTool tool) => !tool.Prompt.Variables.Any(variable => variable.Name == PromptTool.Conversation);

    private static string[] Missing(PromptTool tool, JsonObject arguments) =>
        [.. tool.Prompt.Variables.Where(variable => variable is { Required: true, Default: null } && arguments[variable.Name] is null).Select(variable => variable.Name)];

    /// <summary>The schema of a tool that takes arguments without these, too.</summary>
    private static JsonElement Without(string[] missing, PromptTool tool)
    {
        var schema = JsonNode.Parse(tool.Schema.GetRawText())!.AsObject();
        if (schema["required"] is JsonArray required) schema["required"] = new JsonArray([.. required.Select(name => (string)name!).Except(missing).Select(name => (JsonNode?)name)]);
        return JsonElement.Parse(schema.ToJsonString());
    }

    private static McpError Unfit(PromptTool tool, string[] missing, IReadOnlyList<JsonSchemaFault> faults)
    {
        var data = missing.Length == 0 ? null : new JsonObject { ["code"] = "variable_missing", ["missing"] = new JsonArray([.. missing.Select(name => (JsonNode?)name)]) };
        return new(McpError.Params, $"The arguments of \"{tool.Name}\" do not fit its schema: {string.Join("; ", faults.Select(fault => $"{fault.Path} {fault.Message}".Trim()))}.", data);
    }

    private static TurnRequest Request(PromptTool tool, JsonElement arguments, McpCall call)
    {
        var values = arguments.EnumerateObject().ToDictionary(member => member.Name, member => member.Value, StringComparer.Ordinal);
        var input = tool.TakeTyped(values);
        var conversation = HasConversation(tool) && values.Remove(PromptTool.Conversation, out var id) ? id.GetString() : null;
        return new()
        {
            Prompt = new PromptReference { Id = tool.Prompt.Key },
            Content = input,
            Conversation = conversation,
            Variables = values,
            User = call.Caller.User,
            Organization = call.Caller.Organization,
            OnAsk = call.CanElicit ? ToolDecision.Ask : ToolDecision.Deny,
            AsksInput = false,
            AnswerWithin = AnswerWithin,
            Triggers = McpCall.Triggers,
        };
    }

    /// <summary>Takes the answers to calls that waited and follows the turn on. While a call has none, nothing is recorded and the person is asked again: silence is no answer.</summary>
    private async Task<JsonObject> GoOnAsync(PromptTool tool, McpCall call, JsonObject state, CancellationToken cancellationToken)
    {
        var (turn, after) = ((string)state["turn"]!, (long)state["after"]!);
        var responses = call.Object("inputResponses");
        var calls = state["calls"]!.AsArray();
        CallAnswer[] answers = [.. calls.Select(asked => Answer((string)asked!, responses)).OfType<CallAnswer>()];
        if (answers.Length < calls.Count) return await WaitingAsync(turn, cancellationToken) is { } waiting ? Ask(call, waiting, after) : await FollowAsync(tool, call, turn, after, cancellationToken);
        await runner.AnswerAsync(turn, answers, cancellationToken);
        return await FollowAsync(tool, call, turn, after, cancellationToken);
    }

    /// <summary>What a person said of a call; null: nothing that is an answer.</summary>
    private static CallAnswer? Answer(string callId, JsonObject responses)
    {
        var response = responses[callId] as JsonObject;
        var approved = (response is null ? null : McpCall.Said(response, "action")) switch
        {
            "accept" => (response!["content"] as JsonObject)?["approve"] is JsonValue said && said.TryGetValue<bool>(out var yes) ? yes : (bool?)null,
            "decline" or "cancel" => false,
            _ => null,
        };
        return approved is { } decided ? new() { CallId = callId, Approved = decided, Reason = decided ? null : "The person said no." } : null;
    }

    private async Task<JsonObject> FollowAsync(PromptTool tool, McpCall call, string turn, long after, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var events in runner.SubscribeAsync(turn, after, cancellationToken))
            {
                foreach (var happened in events)
                {
                    after = happened.Sequence;
                    await ProgressAsync(call, happened);
                    if (happened is StepCompleted { Waiting.Count: > 0 } && await WaitingAsync(turn, cancellationToken) is { } waiting) return Ask(call, waiting, after);
                }
            }
            return Result(tool, await runner.WaitAsync(turn, cancellationToken));
        }
        catch (OperationCanceledException)
        {
            if (!runner.IsStopping) await runner.CancelAsync(turn, CancellationToken.None); // the client took the request back, or is gone
            throw;
        }
    }

    /// <summary>The turn, if it does wait by now.</summary>
    private async Task<Turn?> WaitingAsync(string turn, CancellationToken cancellationToken) => await runner.WaitAsync(turn, cancellationToken) is { Status: TurnStatus.Waiting } waiting ? waiting : null;

    private JsonObject Ask(McpCall call, Turn waiting, long after)
    {
        var requests = new JsonObject();
        foreach (var open in waiting.OpenCalls)
        {
            requests[open.CallId] = new JsonObject
            {
                ["method"] = "elicitation/create",
                ["params"] = new JsonObject
                {
                    ["mode"] = "form",
                    ["message"] = $"May \"{open.Name}\" be called with {open.Arguments}?",
                    ["requestedSchema"] = new JsonObject { ["type"] = "object", ["properties"] = new JsonObject { ["approve"] = new JsonObject { ["type"] = "boolean", ["title"] = "Approve" } }, ["required"] = new JsonArray("approve") },
                },
            };
        }
        var state = new JsonObject { ["turn"] = waiting.Id, ["after"] = after, ["calls"] = new JsonArray([.. waiting.OpenCalls.Select(open => (JsonNode?)open.CallId)]) };
        return new() { ["resultType"] = "input_required", ["inputRequests"] = requests, ["requestState"] = sealing.Seal(call, state) };
    }

    private static async Task ProgressAsync(McpCall call, TurnEvent happened)
    {
        if (call.Notify is null || call.Meta?["progressToken"] is not { } token) return;
        var message = happened switch { StepStarted step => $"step {step.Step}", ToolCall tool => $"calls {tool.Name}", _ => null };
        if (message is not null) await call.Notify(McpDispatcher.Notification("notifications/progress", new() { ["progressToken"] = token.DeepClone(), ["progress"] = happened.Sequence, ["message"] = message }));
    }

    /// <summary>What a turn had said that did not come to its end.</summary>
    private static IEnumerable<JsonNode> Said(Turn turn) => turn.Answer.Length == 0 ? [] : [new JsonObject { ["type"] = "text", ["text"] = turn.Answer }];

    private static JsonObject Result(PromptTool tool, Turn turn)
    {
        var failed = turn.Status != TurnStatus.Completed;
        var text = failed ? turn.Error?.Message ?? $"The turn ended as {turn.Status.ToString().ToLowerInvariant()}." : turn.Answer;
        var result = new JsonObject
        {
            ["content"] = new JsonArray([new JsonObject { ["type"] = "text", ["text"] = text }, .. failed ? Said(turn) : RunPictures.Of(turn)]),
            ["isError"] = failed,
        };
        if (!failed && ObjectSchema(tool.Prompt) is not null)
        {
            if (turn.Output is { ValueKind: JsonValueKind.Object } output) result["structuredContent"] = JsonNode.Parse(output.GetRawText());
            else result["isError"] = true; // clients take nothing else of a tool that declares what it answers
        }
        result["_meta"] = new JsonObject
        {
            ["turnpike/turn"] = turn.Id,
            ["turnpike/conversation"] = turn.Conversation,
            ["turnpike/usage"] = new JsonObject { ["inputTokens"] = turn.Usage.InputTokens, ["outputTokens"] = turn.Usage.OutputTokens },
        };
        return result;
    }

    private static JsonElement? ObjectSchema(Prompt prompt) =>
        prompt.Output?.Schema is { ValueKind: JsonValueKind.Object } schema && schema.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String && type.ValueEquals("object"u8) ? schema : null;
}

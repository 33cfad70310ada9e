using System.Text.Json;
using System.Text.Json.Nodes;
using Turnpike.Models;
using Turnpike.Turns;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Json;

namespace Turnpike.Server.Compatible.OpenAI;

/// <summary>A request for a chat completion, as a turn.</summary>
internal sealed record ChatRequest(TurnRequest Turn, bool Stream, bool IncludeUsage, bool HasNative, JsonElement? Metadata)
{
    public static async ValueTask<ChatRequest> ReadAsync(HttpContext http, JsonElement body, FaceOptions options)
    {
        Refuse(body);
        IgnoredFields.Tell(http, body, isChat: true);
        var request = new FaceRequest(body);
        PromptNames.Read(request, body);
        Parameters(request, body);
        var metadata = OpenAI.Metadata.Kept(body);
        request.Store(body.Truth("store"), "store");
        var stored = request.Turn.Store ?? options.StoreChat;
        var hasPrompt = request.Prompt is not null;
        var messages = ChatMessages.Read(body);
        request.Turn = messages.Into(request.Turn, hasPrompt, keepsHistory: true) with
        {
            Store = stored ? request.Turn.Store : false, // what the key keeps, a prompt may still say not to
            Restart = false, // a chunk that was sent cannot be taken back
            Compose = hasPrompt || options.Compose == "full" ? request.Turn.Compose : ComposeMode.Transparent,
        };
        await ClientTools.ReadAsync(request, body.List("tools") ?? [], labelled: null, http.RequestAborted);
        await ToolChoices.ReadAsync(request, body, labelled: null, http.RequestAborted);
        request.Turn = request.Turn with { OnWait = OnWait.HandOver, OnAsk = options.Approvals == "allow" ? ToolDecision.Allow : ToolDecision.Deny };
        var turn = request.Build(http, options, readsTriggers: false, Face(body, stored, options, messages.Leading, metadata));
        var stream = body.Truth("stream") == true;
        return new(turn, stream, stream && body.Object("stream_options")?.Truth("include_usage", "stream_options.") == true, request.HasNative, metadata);
    }

    private static void Refuse(JsonElement body)
    {
        if (body.Whole("n") is { } n and not 1) throw Given.UnsupportedValue("n", $"\"n\" is {n}; only 1 is taken: a turn has one answer. Send the request again for another one.");
        foreach (var name in (string[])["audio", "functions", "function_call"])
        {
            if (body.Member(name) is not null) throw Given.UnsupportedParameter(name, name == "audio" ? "Answers have no audio here; leave \"audio\" out." : $"\"{name}\" is not taken; use \"tools\" and \"tool_choice\".");
        }
        if (body.Texts("modalities")?.Contains("audio") == true) throw Given.UnsupportedValue("modalities", "Answers have no audio here; \"modalities\" can only hold \"text\".");
    }

    private static void Parameters(FaceRequest request, JsonElement body)
    {
        foreach (var (name, place) in ((string, string)[])[("temperature", "temperature"), ("topP", "top_p"), ("frequencyPenalty", "frequency_penalty"), ("presencePenalty", "presence_penalty"), ("seed", "seed"), ("stop", "stop"),
            ("reasoningEffort", "reasoning_effort"), ("verbosity", "verbosity"), ("parallelToolCalls", "parallel_tool_calls")]) request.Parameter(name, body.Member(place), place);
        var tokens = body.Member("max_completion_tokens") is null ? "max_tokens" : "max_completion_tokens";
        request.Parameter("maxOutputTokens", body.Member(tokens), tokens);
        if (body.Object("response_format") is { } format) request.Parameter("responseFormat", Format(format), "response_format");
        if (body.Object(VendorMembers.SearchOptions) is { } search)
        {
            request.Parameter("webSearch", JsonSerializer.SerializeToElement(true, TurnpikeJson.Relaxed.Boolean), VendorMembers.SearchOptions);
            if (search.EnumerateObject().Any()) request.PassOn(body, VendorMembers.SearchOptions);
        }
        request.PassOn(body, "logit_bias", "prompt_cache_key", "prompt_cache_options", "prompt_cache_retention");
    }

    private static JsonElement Format(JsonElement format)
    {
        var type = format.Needed("type", "response_format.");
        if (type is not ("text" or "json_object" or "json_schema")) throw Given.UnsupportedValue("response_format.type", $"\"response_format.type\" is \"{type}\"; it must be text, json_object or json_schema.");
        if (type != "json_schema") return format;
        var schema = format.Object("json_schema", "response_format.") ?? throw Given.Invalid("response_format.json_schema", "\"response_format.json_schema\" is missing.");
        var ours = JsonObject.Create(schema)!;
        ours["type"] = type;
        if (schema.Object("schema") is null) throw Given.Invalid("response_format.json_schema.schema", "\"response_format.json_schema.schema\" is missing.");
        return JsonSerializer.SerializeToElement(ours, TurnpikeJson.Relaxed.JsonObject);
    }

    private static JsonElement Face(JsonElement body, bool stored, FaceOptions options, IReadOnlyList<LeadingMessage> leading, JsonElement? metadata)
    {
        var face = new JsonObject { ["name"] = "chat", ["stored"] = stored, ["reasoning"] = options.ReasoningContent };
        LeadingMessage.Note(face, leading);
        if (body.Text("user") is { } user) face["user"] = user;
        if (body.Text("safety_identifier") is { } safety) face["safetyIdentifier"] = safety;
        if (metadata is { } noted) face["metadata"] = JsonObject.Create(noted);
        return JsonSerializer.SerializeToElement(face, TurnpikeJson.Relaxed.JsonObject);
    }
}

using System.Text.Json;
using Turnpike.Pipeline;
using Turnpike.Prompts;
using Turnpike.Server.Access;
using Turnpike.Server.Api;
using Turnpike.Server.Compatible.OpenAI;
using Turnpike.Server.Http;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Json;

namespace Turnpike.Server.Compatible.Readers;

/// <summary>Prompts for LiteLLM's proxies. That client replaces <c>{name}</c> first, so placeholders are served in single braces.</summary>
internal static class LiteLlmApi
{
    private const string Placeholder = "\u2063input\u2063"; // stands for what is typed; it is taken out again

    public static void MapLiteLlm(this WebApplication app) =>
        app.MapGet("/beta/litellm_prompt_management", GetAsync).RequireScope(Scopes.PromptsRead).ExcludeFromDescription();

    private static async Task GetAsync(HttpContext http, IPromptStore store, TurnRunner runner)
    {
        var named = PromptReference.Parse(Query.Text(http, "prompt_id") ?? throw Given.Invalid("prompt_id", "\"prompt_id\" is missing; it names the prompt."));
        var version = Query.Text(http, "version") ?? Query.Text(http, "label") ?? named.Version;
        var prompt = await ForeignVersions.FindAsync(store, named.Id!, version, http.RequestAborted) ?? throw new TurnException(TurnErrorCode.PromptNotFound, $"There is no prompt \"{named}\".") { Field = "prompt_id" };
        var messages = Query.Text(http, "variables") is { } variables ? await RenderAsync(http, prompt, variables, runner) : Plain(prompt);
        await Answer.WriteAsync(http, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("prompt_id"u8, prompt.Key);
            writer.WriteStartArray("prompt_template"u8);
            foreach (var (role, text) in messages)
            {
                writer.WriteStartObject();
                writer.WriteString("role"u8, role);
                writer.WriteString("content"u8, text);
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
            writer.WriteString("prompt_template_model"u8, prompt.Model);
            writer.WriteStartObject("prompt_template_optional_params"u8);
            var parameters = prompt.Parameters ?? TurnParameters.None;
            foreach (var (name, number) in ((string, double?)[])[("temperature", parameters.Temperature), ("top_p", parameters.TopP), ("presence_penalty", parameters.PresencePenalty), ("frequency_penalty", parameters.FrequencyPenalty)])
            {
                if (number is { } value) writer.WriteNumber(name, value);
            }
            if (parameters.MaxOutputTokens is { } most) writer.WriteNumber("max_tokens"u8, most);
            if (parameters.Seed is { } seed) writer.WriteNumber("seed"u8, seed);
            if (parameters.Stop is { Count: > 0 } stops)
            {
                writer.WriteStartArray("stop"u8);
                foreach (var stop in stops) writer.WriteStringValue(stop);
                writer.WriteEndArray();
            }
            writer.WriteEndObject();
            writer.WriteEndObject();
        });
    }

    private static IReadOnlyList<(string Role, string Text)> Plain(Prompt prompt)
    {
        var messages = PromptPlaceholders.Messages(prompt, out var more);
        if (messages?.FirstOrDefault(message => message.Role == PromptPlaceholders.Placeholder) is (_, { } holder)) more = $"{{{{{holder}}}}}";
        if (messages is null || more is not null) throw new TurnException(TurnErrorCode.RequestInvalid, $"Prompt \"{prompt.Key}\" uses \"{more}\", which cannot be served as text. Send \"variables\" to have it rendered here.") { Field = "prompt_id", Narrower = "unsupported_template" };
        return [.. messages.Where(message => message.Role != "history").Select(message => (message.Role, PromptPlaceholders.Single(message.Text)))]; // that client puts its own messages behind these
    }

    /// <summary>The messages as a first turn would send them, secrets masked.</summary>
    private static async Task<IReadOnlyList<(string Role, string Text)>> RenderAsync(HttpContext http, Prompt prompt, string variables, TurnRunner runner)
    {
        var values = new Dictionary<string, JsonElement>();
        try
        {
            foreach (var member in StrictJson.Parse(variables).EnumerateObject()) values[member.Name] = member.Value;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw Given.Invalid("variables", "\"variables\" must be the JSON text of an object, with each name once.");
        }
        var rendered = await runner.PreviewAsync(new() { User = Caller.User(http), Organization = Caller.Organization(http), Prompt = new() { Id = prompt.Key, Version = prompt.Version?.ToString(System.Globalization.CultureInfo.InvariantCulture) }, Variables = values, Compose = ComposeMode.Transparent, Content = prompt.Messages is [.., { Role: "user" }] ? "" : Placeholder, Triggers = TriggerReading.Off }, http.RequestAborted);
        return [.. rendered.Shown().Request.Messages.Select(message => (message.Role.Value, Text: message.Text.Replace(Placeholder, "", StringComparison.Ordinal))).Where(message => message.Text.Trim().Length > 0)];
    }
}

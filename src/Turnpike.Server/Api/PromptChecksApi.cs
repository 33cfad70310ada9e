using Turnpike.Opening;
using Turnpike.Prompts;
using Turnpike.Prompts.Checking;
using Turnpike.Server.Access;
using Turnpike.Server.Http;
using Turnpike.Turns.Access;
using Turnpike.Turns.Json;

namespace Turnpike.Server.Api;

/// <summary>Checks of prompts that were perhaps never saved, and the shape that they have.</summary>
internal static class PromptChecksApi
{
    public static void MapPromptChecks(this RouteGroupBuilder prompts)
    {
        prompts.MapPost("validate", ValidateAsync).Describe("validatePrompt", "Check a prompt", "An unsaved prompt object, or a .prompt file (text/x-dotprompt): {issues: [{code, severity, message, path, name?, span?, fix?}], variables: {used, unused, undefined, computed}, valid}.").Switch("bringsPartials", "true: the partials that the object brings along count before those that are kept, as they do when it runs. Otherwise all are looked for again, as they are when it is saved.").Query("key", "Of a file: the key that it would be saved under.").Takes<Prompt>().TakesText("text/x-dotprompt").Answers<PromptReview>().RequireScope(Scopes.PromptsRead); // it keeps nothing
        prompts.MapPost("clear-cache", Clear).Describe("clearPromptCache", "Forget what is remembered of prompts", "Running conversations stay with the prompts they are pinned to.").AnswersNothing();
    }

    public static void MapPromptSchema(this WebApplication app) =>
        app.MapGroup("/api/schemas").WithTags("Prompts").RequireScope(read: Scopes.PromptsRead, write: Scopes.PromptsWrite).MapGet("prompt", (Delegate)Schema).Describe("readPromptSchema", "The JSON Schema of a prompt", "Of the prompt object as it is sent and answered.").Produces<System.Text.Json.Nodes.JsonObject>(200, "application/schema+json");

    private static async Task ValidateAsync(HttpContext http, PromptValidator validator)
    {
        var isFile = http.Request.ContentType?.StartsWith("text/x-dotprompt", StringComparison.OrdinalIgnoreCase) == true;
        var review = isFile ? await validator.ReviewFileAsync(await Body.TextAsync(http), Query.Text(http, "key"), http.RequestAborted)
            : await Body.HandAsync(http, json => validator.ReviewAsync(json, Query.Truth(http, "bringsPartials"), http.RequestAborted), TurnpikeJson.Relaxed.Options);
        await Answer.WriteAsync(http, review, TurnpikeJson.Relaxed.PromptReview);
    }

    private static Task Schema(HttpContext http) => Answer.WriteAsync(http, PromptSchema.Write, contentType: "application/schema+json");

    private static Microsoft.AspNetCore.Http.HttpResults.NoContent Clear(PromptResolver resolver, PromptCompiler compiler)
    {
        resolver.Clear();
        compiler.Clear();
        return TypedResults.NoContent();
    }
}

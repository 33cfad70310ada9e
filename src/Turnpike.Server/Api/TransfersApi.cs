using System.Buffers;
using System.Text;
using System.Text.Json;
using Turnpike.Server.Access;
using Turnpike.Server.Http;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Imports;
using Turnpike.Turns.Json;
using Turnpike.Turns.Stores;

namespace Turnpike.Server.Api;

/// <summary>Conversations in and out.</summary>
internal static class TransfersApi
{
    public static void MapTransfers(this WebApplication app)
    {
        var conversations = app.MapGroup("/api/conversations").WithTags("Conversations").RequireScope(Scopes.Conversations);
        conversations.MapPost("import", ImportAsync).Describe("importConversations", "Import conversations", "A LiteChat export, AI Matrx runs, or a conversation exported here. The answer is a report with a line for each thing; importing twice changes nothing.").Switch("dryRun", "true: only the report; nothing is kept.").Query("project", "The project of conversations that belong to none in the file: it takes a runner there.").Takes<JsonObjectBody>().Answers<ImportReport>();
        conversations.MapGet("{id}/export", ExportAsync).Describe("exportConversation", "Export a conversation", "JSON with all branches and contents, which can be imported again; with Accept: text/markdown or ?format=markdown the shown branch as a transcript.").Query("format", "json or markdown.", "json", "markdown").AnswersJson().AnswersText("text/markdown");
    }

    private static async Task ImportAsync(HttpContext http, ConversationImport import, ImportGate gate)
    {
        var isTrial = Query.Truth(http, "dryRun");
        ImportReport report;
        using (var file = await gate.ReadAsync(http)) report = await import.RunAsync(file.Json, isTrial, Query.Text(http, "project"), http.RequestAborted);
        await Answer.WriteAsync(http, report, TurnpikeJson.Relaxed.ImportReport);
    }

    private static async Task ExportAsync(HttpContext http, string id, IConversationStore store, ConversationExport export)
    {
        var isTranscript = AsksTranscript(http);
        var conversation = await store.FindAsync(id, http.RequestAborted) ?? throw new TurnException(TurnErrorCode.ConversationNotFound, $"There is no conversation \"{id}\".") { Field = "id" };
        if (isTranscript)
        {
            await Answer.WriteAsync(http, Encoding.UTF8.GetBytes(await export.MarkdownAsync(conversation, http.RequestAborted)), contentType: "text/markdown; charset=utf-8");
            return;
        }
        var json = new ArrayBufferWriter<byte>(4096);
        await using (var writer = new Utf8JsonWriter(json, TurnpikeJson.Writer)) await export.WriteJsonAsync(writer, conversation, http.RequestAborted);
        await Answer.WriteAsync(http, json.WrittenMemory);
    }

    private static bool AsksTranscript(HttpContext http) => Query.Text(http, "format") switch
    {
        null => Wants.Rather(http.Request, "text/markdown", "application/json"),
        "markdown" => true,
        "json" => false,
        var format => throw new TurnException(TurnErrorCode.RequestInvalid, $"\"format\" is \"{format}\"; it must be json or markdown.") { Field = "format" },
    };

    /// <summary>Any JSON, for the OpenAPI document.</summary>
    internal sealed record JsonObjectBody;
}

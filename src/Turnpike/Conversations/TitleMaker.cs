using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Turnpike.Turns;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Stores;

namespace Turnpike.Conversations;

/// <summary>Lets a small model name a conversation after its first turn. When it cannot, or the turn is not to be kept, the conversation stays without a title.</summary>
internal sealed partial class TitleMaker(SmallModel small, IConversationStore conversations, IOptions<ModelCatalogOptions> models, IOptions<TitleOptions> options, TimeProvider time, ILogger<TitleMaker> logger) : ITurnObserver
{
    private const int MostRead = 2000;
    private const int Longest = 100;
    private const string Task = "Name the conversation that begins with the text below: 2 to 6 words in its language, without quotes. Do not answer it. Reply with a JSON object {\"title\": \"…\"} and nothing else.";
    private static readonly JsonElement Schema = JsonElement.Parse("""{"type":"object","properties":{"title":{"type":"string"}},"required":["title"],"additionalProperties":false}""");

    public async ValueTask TurnEndedAsync(Turn turn, CancellationToken cancellationToken)
    {
        if (!(options.Value.Auto ?? models.Value.SmallModel is not null) || turn is not { Parent: null, Status: TurnStatus.Completed } or { Store: false }) return;
        if (await conversations.FindAsync(turn.Conversation, cancellationToken) is not { Title: null } untitled) return;
        try
        {
            var answer = await small.AskAsync(new("title", untitled.Project, turn.Prompt?.Key), turn.Model, Task, $"{Beginning(turn.CleanedContent)}\n\n{Beginning(turn.Answer)}", Schema, cancellationToken);
            if (Title(answer) is not { } title) throw new TurnException(TurnErrorCode.ProviderError, "The answer holds no title.");
            var now = time.GetUtcNow();
            await conversations.UpdateAsync(turn.Conversation, conversation => conversation.Title is null ? conversation with { Title = title, UpdatedAt = now } : conversation, cancellationToken);
        }
        catch (TurnException error)
        {
            Untitled(turn.Conversation, (error.OperatorMessage ?? error.Message).ReplaceLineEndings(" "));
        }
    }

    private static string Beginning(string text) => text.Length > MostRead ? text[..MostRead] + "…" : text;

    private static string? Title(JsonElement answer)
    {
        if (answer.ValueKind != JsonValueKind.Object || !answer.TryGetProperty("title", out var said) || said.ValueKind != JsonValueKind.String) return null;
        var title = said.GetString()!.ReplaceLineEndings(" ").Trim().Trim('"').Trim();
        return title.Length == 0 ? null : title.Length > Longest ? title[..Longest].TrimEnd() + "…" : title;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Conversation {Conversation} got no title: {Reason}")]
    private partial void Untitled(string conversation, string reason);
}

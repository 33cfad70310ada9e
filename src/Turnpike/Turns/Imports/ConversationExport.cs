using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Turnpike.Prompts;
using Turnpike.Turns.Files;
using Turnpike.Turns.Json;
using Turnpike.Turns.Stores;

namespace Turnpike.Turns.Imports;

/// <summary>Writes a conversation out: whole as JSON that can be imported again, or its shown branch as Markdown for people.</summary>
public sealed class ConversationExport(ITurnStore turns, KeptParts kept, SecretNames secrets)
{
    private const int Longest = 100_000;

    /// <summary>Everything but secret values: the conversation, the turns of all branches, and the contents that they refer to.</summary>
    public async Task WriteJsonAsync(Utf8JsonWriter writer, Conversation conversation, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(conversation);
        var all = await AllAsync(conversation, cancellationToken);
        writer.WriteStartObject();
        writer.WriteNumber("turnpike"u8, 1);
        writer.WritePropertyName("conversation"u8);
        JsonSerializer.Serialize(writer, await secrets.BareAsync(conversation, cancellationToken), TurnpikeJson.Relaxed.Conversation);
        writer.WriteStartArray("turns"u8);
        foreach (var turn in all) JsonSerializer.Serialize(writer, turn, TurnpikeJson.Relaxed.Turn);
        writer.WriteEndArray();
        writer.WriteStartObject("contents"u8);
        foreach (var hash in all.SelectMany(ContentReferences.Of).Concat(ContentReferences.Of(conversation)).Distinct(StringComparer.Ordinal))
            if (await kept.BytesAsync(hash, cancellationToken) is { } bytes) writer.WriteBase64String(hash, bytes);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    /// <summary>The shown branch as a transcript.</summary>
    public async Task<string> MarkdownAsync(Conversation conversation, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(conversation);
        var path = conversation.Head is null ? [] : HiddenParts.Without(await turns.PathAsync(conversation.Head, Longest, cancellationToken), conversation);
        var text = new StringBuilder($"# {conversation.Title ?? conversation.Id}\n");
        var told = new List<(ChatRole Role, string Text)>();
        foreach (var turn in path)
        {
            var given = SaidTexts.New(turn, told);
            foreach (var message in turn.Given ? [.. given, .. turn.Messages] : given) Write(text, message);
            if (!turn.Given) Write(text, turn);
            told.AddRange([.. SaidTexts.Texts(given), .. SaidTexts.Of(turn)]);
        }
        return text.ToString();
    }

    private static void Write(StringBuilder text, Turn turn)
    {
        if (turn.Content.Length > 0) text.Append("\n## You\n\n").Append(turn.Content).Append('\n');
        foreach (var part in turn.Messages.SelectMany(message => message.Contents))
            if (MessageParts.ResourceOf(part) is { } resource) text.Append("\n- ").Append(resource.Kind).Append(": ").Append(resource.Title ?? resource.Id).Append('\n');
        text.Append("\n## ").Append(turn.Model).Append('\n');
        foreach (var message in turn.Messages) WriteCalls(text, message);
        if (turn.Answer.Length > 0) text.Append('\n').Append(turn.Answer).Append('\n');
        if (turn.Status != TurnStatus.Completed) text.Append("\n*").Append(turn.Status.ToString().ToLowerInvariant()).Append(turn.Error is { } error ? $": {error.Message}" : "").Append("*\n");
    }

    /// <summary>Writes a message that was given as it is; what tools answered is left out, as of other turns.</summary>
    private static void Write(StringBuilder text, ChatMessage message)
    {
        if (message.Role == ChatRole.Tool) return;
        text.Append("\n## ").Append(message.Role == ChatRole.User ? "You" : $"{char.ToUpperInvariant(message.Role.Value[0])}{message.Role.Value[1..]}").Append('\n');
        WriteCalls(text, message);
        if (message.Text.Length > 0) text.Append('\n').Append(message.Text).Append('\n');
    }

    private static void WriteCalls(StringBuilder text, ChatMessage message)
    {
        foreach (var call in message.Contents.OfType<FunctionCallContent>()) text.Append("\n- tool ").Append(call.Name).Append(" `").Append(ToolValues.ArgumentsText(call)).Append("`\n");
    }

    /// <summary>The conversation's own turns behind those that it goes on from.</summary>
    private async Task<IReadOnlyList<Turn>> AllAsync(Conversation conversation, CancellationToken cancellationToken)
    {
        var before = conversation.ForkedFrom is null ? [] : await turns.PathAsync(conversation.ForkedFrom, Longest, cancellationToken);
        return [.. before, .. await turns.AllAsync(conversation.Id, cancellationToken)];
    }
}

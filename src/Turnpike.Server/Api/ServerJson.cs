using System.Text.Json;
using System.Text.Json.Serialization;
using Turnpike.Prompts;
using Turnpike.Triggers;
using Turnpike.Triggers.Completion;
using Turnpike.Turns;
using Turnpike.Turns.Json;

namespace Turnpike.Server.Api;

/// <summary>The JSON of the server's own shapes, written as the library writes its own.</summary>
[JsonSerializable(typeof(ConversationStart))]
[JsonSerializable(typeof(ConversationChange))]
[JsonSerializable(typeof(Page<Turn>))]
[JsonSerializable(typeof(CompletionQuestion))]
[JsonSerializable(typeof(IReadOnlyList<CompletionItem>))]
[JsonSerializable(typeof(IReadOnlyList<TriggerCatalogEntry>))]
internal sealed partial class ServerJson : JsonSerializerContext
{
    public static ServerJson Relaxed { get; } = new(new JsonSerializerOptions(TurnpikeJson.Relaxed.Options) { TypeInfoResolver = null });
}

/// <summary>A text with a caret in it.</summary>
/// <param name="Text">The text.</param>
/// <param name="Caret">Where the caret is, in UTF-16 units.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record CompletionQuestion(string Text, int Caret);

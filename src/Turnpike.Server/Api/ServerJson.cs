using System.Text.Json;
using System.Text.Json.Serialization;
using Turnpike.Server.Http;
using Turnpike.Triggers;
using Turnpike.Turns;
using Turnpike.Turns.Json;

namespace Turnpike.Server.Api;

/// <summary>The JSON of the server's own shapes, written as the library writes its own.</summary>
[JsonSerializable(typeof(ConversationStart))]
[JsonSerializable(typeof(ConversationChange))]
[JsonSerializable(typeof(TurnList<Turn>))]
[JsonSerializable(typeof(ResourceChange))]
[JsonSerializable(typeof(ForkRequest))]
[JsonSerializable(typeof(CompactRequest))]
[JsonSerializable(typeof(TurnList<BranchedTurn>))]
[JsonSerializable(typeof(CompletionQuestion))]
[JsonSerializable(typeof(ApprovalAnswer))]
[JsonSerializable(typeof(ToolTrial))]
[JsonSerializable(typeof(System.Text.Json.JsonDocument))]
[JsonSerializable(typeof(LabelMove))]
[JsonSerializable(typeof(PromptCopy))]
[JsonSerializable(typeof(PromptSelection))]
[JsonSerializable(typeof(DraftPublication))]
[JsonSerializable(typeof(TurnToKeep))]
[JsonSerializable(typeof(ProblemBody))]
[JsonSerializable(typeof(ModelList))]
[JsonSerializable(typeof(CompletionList))]
[JsonSerializable(typeof(KeyList))]
[JsonSerializable(typeof(IReadOnlyList<TriggerCatalogEntry>))]
internal sealed partial class ServerJson : JsonSerializerContext
{
    public static ServerJson Relaxed { get; } = new(new JsonSerializerOptions(TurnpikeJson.Relaxed.Options) { TypeInfoResolver = null });
}

using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Turnpike.Prompts;
using Turnpike.Prompts.Checking;
using Turnpike.Prompts.Comparing;
using Turnpike.Prompts.Imports;
using Turnpike.Prompts.Testing;
using Turnpike.Prompts.Variables;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Drafts;
using Turnpike.Turns.Files;
using Turnpike.Turns.Imports;
using Turnpike.Turns.Packing;
using Turnpike.Turns.Recordings;
using Turnpike.Turns.Resources;
using Turnpike.Turns.Settings;
using Turnpike.Turns.Tracing;
using Turnpike.Turns.Usage;

namespace Turnpike.Turns.Json;

/// <summary>The JSON of everything that is kept or shown by the native API: camelCase, null members left out, text not escaped more than JSON asks.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    AllowDuplicateProperties = false,
    MaxDepth = JsonElements.Deepest,
    RespectNullableAnnotations = false,
    Converters = [typeof(TimeConverter), typeof(TurnParametersConverter), typeof(ChatMessageConverter), typeof(PromptReferenceConverter), typeof(PromptContentConverter), typeof(ToolDeclarationConverter), typeof(NameSelectionConverter), typeof(TraceChangeConverter)])]
[JsonSerializable(typeof(TurnRequest))]
[JsonSerializable(typeof(Turn))]
[JsonSerializable(typeof(WaitingState))]
[JsonSerializable(typeof(RecordedAttempt))]
[JsonSerializable(typeof(ReplayReport))]
[JsonSerializable(typeof(ToolServer))]
[JsonSerializable(typeof(OpenCall))]
[JsonSerializable(typeof(CallAnswer))]
[JsonSerializable(typeof(IReadOnlyList<CallAnswer>))]
[JsonSerializable(typeof(TurnAgain))]
[JsonSerializable(typeof(TurnAnswer))]
[JsonSerializable(typeof(ImportReport))]
[JsonSerializable(typeof(IReadOnlyList<PackingItem>))]
[JsonSerializable(typeof(ConversationSummary))]
[JsonSerializable(typeof(Conversation))]
[JsonSerializable(typeof(Prompt))]
[JsonSerializable(typeof(Page<Prompt>), TypeInfoPropertyName = "PromptPage")]
[JsonSerializable(typeof(Page<Conversation>), TypeInfoPropertyName = "ConversationPage")]
[JsonSerializable(typeof(IReadOnlyList<PromptVersion>))]
[JsonSerializable(typeof(IReadOnlyList<PromptLabel>))]
[JsonSerializable(typeof(PromptDraft))]
[JsonSerializable(typeof(PromptTests))]
[JsonSerializable(typeof(PromptTestReport))]
[JsonSerializable(typeof(PromptTestRun))]
[JsonSerializable(typeof(PromptBundle))]
[JsonSerializable(typeof(PromptReview))]
[JsonSerializable(typeof(PromptDiff))]
[JsonSerializable(typeof(Page<PromptUse>), TypeInfoPropertyName = "PromptUsePage")]
[JsonSerializable(typeof(Rule))]
[JsonSerializable(typeof(Tag))]
[JsonSerializable(typeof(Project))]
[JsonSerializable(typeof(Page<Rule>), TypeInfoPropertyName = "RulePage")]
[JsonSerializable(typeof(Page<Tag>), TypeInfoPropertyName = "TagPage")]
[JsonSerializable(typeof(Page<Project>), TypeInfoPropertyName = "ProjectPage")]
[JsonSerializable(typeof(UsageReport))]
[JsonSerializable(typeof(ModelRequest))]
[JsonSerializable(typeof(ModelInfo))]
[JsonSerializable(typeof(IReadOnlyList<TraceStation>))]
[JsonSerializable(typeof(IReadOnlyList<TextSource>))]
[JsonSerializable(typeof(IReadOnlyList<TurnAttempt>))]
[JsonSerializable(typeof(IReadOnlyList<Microsoft.Extensions.AI.ChatMessage>))]
[JsonSerializable(typeof(IReadOnlyList<TriggerRecord>))]
[JsonSerializable(typeof(IReadOnlyList<TurnWarning>))]
[JsonSerializable(typeof(IReadOnlyList<ResourceInput>))]
[JsonSerializable(typeof(ResourceInput))]
[JsonSerializable(typeof(PartResource))]
[JsonSerializable(typeof(Resource))]
[JsonSerializable(typeof(Page<Resource>), TypeInfoPropertyName = "ResourcePage")]
[JsonSerializable(typeof(StoredFile))]
[JsonSerializable(typeof(Page<StoredFile>), TypeInfoPropertyName = "FilePage")]
[JsonSerializable(typeof(Dictionary<string, JsonElement>))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, VariableExplanation>))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, ParameterExplanation>))]
[JsonSerializable(typeof(JsonObject))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(TurnPrompt))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(bool))]
[JsonSerializable(typeof(int))]
[JsonSerializable(typeof(long))]
[JsonSerializable(typeof(double))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(NameSelection))]
[JsonSerializable(typeof(List<string>))]
public sealed partial class TurnpikeJson : JsonSerializerContext
{
    /// <summary>The context to use: it writes text as people read it (only what JSON requires is escaped).</summary>
    public static TurnpikeJson Relaxed => Holder.Context;

    /// <summary>How JSON is written.</summary>
    public static JsonWriterOptions Writer { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private static class Holder // made at first use, when the generated defaults exist
    {
        internal static readonly TurnpikeJson Context = new(new JsonSerializerOptions(((JsonSerializerContext)Default).Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, TypeInfoResolver = null });
    }
}

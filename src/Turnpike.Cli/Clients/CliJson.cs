using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Turnpike.Triggers;
using Turnpike.Triggers.Completion;

namespace Turnpike.Cli.Clients;

/// <summary>The JSON of what only the command line and the server's catalogs know.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ToolRow))]
[JsonSerializable(typeof(Sync.SyncLine))]
[JsonSerializable(typeof(ToolTrial))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(TriggerCatalogEntry))]
[JsonSerializable(typeof(CompletionItem))]
[JsonSerializable(typeof(CompletionQuestion))]
internal sealed partial class CliJson : JsonSerializerContext
{
    /// <summary>The context to use: text is escaped only where JSON requires it.</summary>
    public static CliJson Relaxed => Holder.Context;

    private static class Holder // made at first use, when the generated defaults exist
    {
        internal static readonly CliJson Context = new(new JsonSerializerOptions(((JsonSerializerContext)Default).Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, TypeInfoResolver = null });
    }
}

/// <summary>The body of a call that is tried.</summary>
/// <param name="Arguments">The arguments, an object.</param>
/// <param name="Approved">Whether a person who saw them approves of the call.</param>
internal sealed record ToolTrial(JsonElement Arguments, bool Approved);

/// <summary>The body of a question for completion.</summary>
/// <param name="Text">What is typed so far.</param>
/// <param name="Caret">Where the caret stands, in UTF-16 units.</param>
/// <param name="Prompt">The prompt that the turn will have.</param>
/// <param name="Conversation">The conversation that it will belong to.</param>
internal sealed record CompletionQuestion(string Text, int Caret, string? Prompt = null, string? Conversation = null);

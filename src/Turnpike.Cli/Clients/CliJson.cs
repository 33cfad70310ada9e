using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Turnpike.Triggers;
using Turnpike.Triggers.Completion;
using Turnpike.Turns;

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
[JsonSerializable(typeof(Problem))]
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
internal sealed record ToolTrial(JsonElement Arguments);

/// <summary>The body of a question for completion.</summary>
/// <param name="Text">What is typed so far.</param>
/// <param name="Caret">Where the caret stands, in UTF-16 units.</param>
/// <param name="Prompt">The prompt that the turn will have.</param>
/// <param name="Conversation">The conversation that it will belong to.</param>
internal sealed record CompletionQuestion(string Text, int Caret, string? Prompt = null, string? Conversation = null);

/// <summary>An error as the server tells it and as <c>--json</c> shows it.</summary>
internal sealed record Problem
{
    /// <summary>The wire form of a <see cref="TurnErrorCode"/>.</summary>
    public string? Code { get; init; }
    /// <summary>A short name of the kind of error.</summary>
    public string? Title { get; init; }
    /// <summary>What happened and what to do.</summary>
    public string? Detail { get; init; }
    /// <summary>The HTTP status.</summary>
    public int? Status { get; init; }
    /// <summary>The stretch of the text that is at fault.</summary>
    public TextSpan? Span { get; init; }
    /// <summary>The field that is at fault.</summary>
    public string? Field { get; init; }
    /// <summary>All variables at fault.</summary>
    public IReadOnlyList<VariableFault>? Variables { get; init; }
}

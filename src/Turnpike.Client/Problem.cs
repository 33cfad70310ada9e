using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Turnpike.Turns;

namespace Turnpike.Client;

/// <summary>An error as the server tells it.</summary>
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

/// <summary>The JSON of errors.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Problem))]
internal sealed partial class ProblemJson : JsonSerializerContext
{
    /// <summary>The context to use: text is escaped only where JSON requires it.</summary>
    public static ProblemJson Relaxed => Holder.Context;

    private static class Holder // made at first use, when the generated defaults exist
    {
        internal static readonly ProblemJson Context = new(new JsonSerializerOptions(((JsonSerializerContext)Default).Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, TypeInfoResolver = null });
    }
}

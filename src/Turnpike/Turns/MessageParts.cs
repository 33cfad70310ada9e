using Microsoft.Extensions.AI;
using Turnpike.Turns.Resources;
using Turnpike.Turns.Secrets;
using Turnpike.Turns.Tracing;

namespace Turnpike.Turns;

/// <summary>
/// Where a part of a kept message came from, so that a page shows only what the person wrote. What is sent to the model has no origins: neighbouring texts are one part there.
/// </summary>
public static class MessageParts
{
    /// <summary>From the prompt's template.</summary>
    public const string Template = "template";
    /// <summary>What the person typed.</summary>
    public const string Typed = "typed";
    /// <summary>From a rule.</summary>
    public const string Rule = "rule";
    /// <summary>From a resource.</summary>
    public const string Resource = "resource";

    private const string Key = "turnpike.origin";
    private const string ResourceKey = "turnpike.resource";
    private const string SourcesKey = "turnpike.sources";
    private const string PhaseKey = "phase";
    private const string DetailKey = "detail";

    /// <summary>The part, marked with its origin.</summary>
    public static T From<T>(string origin, T part) where T : AIContent
    {
        (part.AdditionalProperties ??= [])[Key] = origin;
        return part;
    }

    /// <summary>The part, marked as the content of a resource.</summary>
    public static T From<T>(PartResource resource, T part) where T : AIContent
    {
        From(Resource, part).AdditionalProperties![ResourceKey] = resource;
        return part;
    }

    /// <summary>The text, marked with its origin and with where each stretch of it came from.</summary>
    internal static TextContent From(string origin, SourcedText text)
    {
        var part = From(origin, new TextContent(text.Text));
        part.AdditionalProperties![SourcesKey] = text.Runs;
        return part;
    }

    /// <summary>The part, which is no text, marked with its origin and with where it came from.</summary>
    internal static AIContent From(string origin, string source, AIContent part)
    {
        From(origin, part).AdditionalProperties![SourcesKey] = (IReadOnlyList<SourcedRun>)[new(0, source)];
        return part;
    }

    /// <summary>A part's origin; null when it has none.</summary>
    public static string? OriginOf(AIContent part) => part.AdditionalProperties?.TryGetValue(Key, out var origin) == true ? origin as string : null;

    /// <summary>The resource that a part is the content of; null when it is none's.</summary>
    public static PartResource? ResourceOf(AIContent part) => part.AdditionalProperties?.TryGetValue(ResourceKey, out var resource) == true ? resource as PartResource : null;

    /// <summary>The part of a message that a caller gives, who may have it from a kept one: its resource does not stay with this conversation, and none of its secrets is known here. The part itself is left as it is.</summary>
    internal static AIContent AsGiven(AIContent part)
    {
        var resource = ResourceOf(part) is { Policy: not ResourcePolicy.Once } staying ? staying with { Policy = ResourcePolicy.Once } : null;
        if (MaskedText.MarksOf(part) is null && resource is null) return part;
        AIContent? copy = part switch
        {
            TextContent text => new TextContent(text.Text) { Annotations = text.Annotations },
            DataContent data => new DataContent(data.Data, data.MediaType) { Name = data.Name },
            UriContent uri => new UriContent(uri.Uri, uri.MediaType),
            _ => null,
        };
        if (copy is null) return part;
        copy.AdditionalProperties = new(part.AdditionalProperties!);
        MaskedText.Unmark(copy);
        return resource is null ? copy : From(resource, copy);
    }

    /// <summary>The text, marked with the phase that its provider gave it, such as <c>commentary</c>; unmarked when there is none.</summary>
    public static TextContent InPhase(string? phase, TextContent text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (phase is not null) (text.AdditionalProperties ??= [])[PhaseKey] = phase;
        return text;
    }

    /// <summary>The phase of a text; null when it has none.</summary>
    public static string? PhaseOf(AIContent part) => part.AdditionalProperties?.TryGetValue(PhaseKey, out var phase) == true ? phase as string : null;

    /// <summary>The part, marked with how closely a model looks at it, such as <c>low</c> or <c>high</c>; unmarked when nothing is said.</summary>
    public static T InDetail<T>(string? detail, T part) where T : AIContent
    {
        ArgumentNullException.ThrowIfNull(part);
        if (detail is not null) (part.AdditionalProperties ??= [])[DetailKey] = detail;
        return part;
    }

    /// <summary>How closely a model looks at a part; null when nothing is said.</summary>
    public static string? DetailOf(AIContent part) => part.AdditionalProperties?.TryGetValue(DetailKey, out var detail) == true ? detail as string : null;

    /// <summary>
    /// The message as it is sent: neighbouring texts of template, person and rules joined into one part, texts of neighbouring resources into one block, and no origins.
    /// </summary>
    public static ChatMessage AsSent(ChatMessage message) => AsSent(message, null);

    /// <summary>The same.</summary>
    /// <param name="message">The message.</param>
    /// <param name="told">Hears, from left to right, where each stretch of the parts that are sent came from, by the number of the part; the source is empty where nothing is known.</param>
    internal static ChatMessage AsSent(ChatMessage message, Action<int, SourcedRun>? told)
    {
        ArgumentNullException.ThrowIfNull(message);
        var sent = new ChatMessage(message.Role, (string?)null) { AuthorName = message.AuthorName };
        List<string>? texts = null;
        List<(PartResource, string)>? resources = null;
        foreach (var part in message.Contents)
        {
            var origin = OriginOf(part);
            if (part is TextContent text && origin is not (null or Resource))
            {
                FlushResources();
                (texts ??= []).Add(text.Text);
                if (told is not null) Tell(Sources(text, origin));
                continue;
            }
            FlushTexts();
            if (part is TextContent content && ResourceOf(part) is { } resource)
            {
                (resources ??= []).Add((resource, content.Text));
                continue;
            }
            FlushResources();
            if (told is not null) Tell(Sources(part, origin));
            sent.Contents.Add(origin is null ? MaskedText.Sendable(part) : Unmarked(part));
        }
        FlushTexts();
        FlushResources();
        return sent;

        void FlushTexts()
        {
            if (texts is null) return;
            sent.Contents.Add(new TextContent(string.Concat(texts)));
            texts = null;
        }

        void FlushResources()
        {
            if (resources is null) return;
            if (told is not null) Tell(ResourceBlock.Runs(resources));
            sent.Contents.Add(new TextContent(ResourceBlock.Of(resources)));
            resources = null;
        }

        void Tell(IEnumerable<SourcedRun> runs)
        {
            foreach (var run in runs) told!(sent.Contents.Count, run);
        }
    }

    private static IReadOnlyList<SourcedRun> Sources(AIContent part, string? origin) => part.AdditionalProperties?.TryGetValue(SourcesKey, out var sources) == true && sources is IReadOnlyList<SourcedRun> runs ? runs
        : [new(part is TextContent text ? text.Text.Length : 0, ResourceOf(part) is { } resource ? "resource:" + resource.Id : origin == Template ? "prompt" : origin ?? "")];

    private static AIContent Unmarked(AIContent part) => part switch
    {
        TextContent text => new TextContent(text.Text),
        DataContent data => InDetail(DetailOf(data), new DataContent(data.Data, data.MediaType) { Name = data.Name }),
        UriContent uri when MaskedText.MarksOf(uri) is null => InDetail(DetailOf(uri), new UriContent(uri.Uri, uri.MediaType)),
        _ => MaskedText.Sendable(part),
    };
}

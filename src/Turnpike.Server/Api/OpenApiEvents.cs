using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Turnpike.Turns;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Events;

namespace Turnpike.Server.Api;

/// <summary>The schema of the events of a turn, made from their records.</summary>
internal static class OpenApiEvents
{
    private static readonly string[] Places = ["type", "sequence", "turn", "conversation", "at"];
    private static readonly Dictionary<string, string> Shared = new() { ["parameters"] = nameof(TurnParameters), ["input"] = nameof(AskedInput), ["usage"] = nameof(TurnUsage), ["cost"] = nameof(TurnCost), ["span"] = nameof(TextSpan) };
    private static readonly string[] Inner = ["isFinal", "isBoundary", "awaitsDisk"];

    /// <summary>The records of events, in the order in which they are told of.</summary>
    public static IEnumerable<Type> Records { get; } = typeof(TurnEvent).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(TurnEvent)) && !type.IsAbstract).OrderBy(type => type.MetadataToken).ToList();

    /// <summary>The wire name of a record's events.</summary>
    public static string TypeOf(Type record) => ((TurnEvent)RuntimeHelpers.GetUninitializedObject(record)).Type;

    /// <summary>Adds a schema for each kind of event, and one for any of them.</summary>
    public static async Task AddAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        var kinds = new List<(string Type, OpenApiSchemaReference Schema)>();
        foreach (var record in Records)
        {
            var (type, name) = (TypeOf(record), record.Name + "Event");
            document.AddComponent(name, Shape(document, type, await context.GetOrCreateSchemaAsync(record, null, cancellationToken)));
            kinds.Add((type, new(name, document)));
        }
        document.AddComponent(nameof(TurnEvent), new OpenApiSchema
        {
            Description = "Something that happened in a turn: the data of one server-sent event, whose id is its sequence and whose name is its type.",
            OneOf = [.. kinds.Select(kind => (IOpenApiSchema)kind.Schema)],
            Discriminator = new() { PropertyName = "type", Mapping = kinds.ToDictionary(kind => kind.Type, kind => kind.Schema) },
        });
    }

    /// <summary>A record as it is written: where it stands, then its own members.</summary>
    private static OpenApiSchema Shape(OpenApiDocument document, string type, OpenApiSchema record)
    {
        var members = record.Properties!.Where(member => !Inner.Contains(member.Key)).ToDictionary();
        members["type"] = new OpenApiSchema { Type = JsonSchemaType.String, Enum = [type] };
        foreach (var (name, component) in Shared) if (members.TryGetValue(name, out var member)) members[name] = new OpenApiSchemaReference(component, document) { Description = member.Description };
        if (members.TryGetValue("triggers", out var list) && list is OpenApiSchema triggers) triggers.Items = new OpenApiSchemaReference(nameof(TriggerRecord), document);
        switch (type)
        {
            case "turn.started":
                foreach (var name in (string[])["promptKey", "promptVersion", "promptHash"]) members.Remove(name);
                members["prompt"] = new OpenApiSchemaReference(nameof(TurnPrompt), document) { Description = "The prompt; absent when there is none." };
                members.Remove("forgets");
                members["store"] = new OpenApiSchema { Type = JsonSchemaType.Boolean, Description = "False: the turn's content goes when it has ended." };
                break;
            case "usage":
                members.Remove("usage");
                record.Required?.Remove("usage");
                foreach (var (name, tokens) in document.Components!.Schemas![nameof(TurnUsage)].Properties!) members[name] = tokens;
                break;
        }
        return new()
        {
            Type = JsonSchemaType.Object,
            Description = record.Description,
            Required = Places.Concat(record.Required ?? new HashSet<string>()).Where(members.ContainsKey).ToHashSet(),
            Properties = Places.Concat(members.Keys.Except(Places)).ToDictionary(name => name, name => members[name]),
        };
    }
}

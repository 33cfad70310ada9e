using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Microsoft.OpenApi;
using Turnpike.Prompts;
using Turnpike.Turns;

namespace Turnpike.Server.Api;

/// <summary>The schemas of what has JSON of its own making, which no generator can see.</summary>
internal static class OpenApiShapes
{
    private const string PartList = "IReadOnlyListOfPromptPart"; // the generator's name for what Content describes

    public static void Describe(OpenApiDocument document)
    {
        Component(document, nameof(TurnParameters), Parameters());
        Component(document, nameof(PromptReference), Reference(document));
        Component(document, nameof(ChatMessage), Message());
        Component(document, nameof(NameSelection), Selection());
        if (document.Components!.Schemas![nameof(Turn)].Properties!["messages"] is OpenApiSchema messages) messages.Items = new OpenApiSchemaReference(nameof(ChatMessage), document);
        document.Components.Schemas[nameof(PromptMessage)].Properties!["content"] = Content(document);
        document.Components.Schemas.Remove(PartList);
        foreach (var (name, page) in document.Components.Schemas) if (name.StartsWith("PageOf", StringComparison.Ordinal)) (page as OpenApiSchema)?.Required?.Remove("next"); // the last page has none
    }

    private static void Component(OpenApiDocument document, string name, OpenApiSchema shape)
    {
        var schemas = document.Components!.Schemas!;
        if (schemas.TryGetValue(name, out var generated)) shape.Description ??= generated.Description;
        schemas[name] = shape;
    }

    private static OpenApiSchema Parameters() => new() { Type = JsonSchemaType.Object, Properties = ParameterTable.All.ToDictionary(parameter => parameter.Name, IOpenApiSchema (parameter) => Parameter(parameter)) };

    private static OpenApiSchema Parameter(ParameterDescriptor parameter) => new()
    {
        Description = "Must be " + parameter.Expects + ".",
        Type = parameter.Expects switch
        {
            var words when words.StartsWith("a number", StringComparison.Ordinal) => JsonSchemaType.Number,
            var words when words.StartsWith("a whole number", StringComparison.Ordinal) => JsonSchemaType.Integer,
            var words when words.StartsWith("an object", StringComparison.Ordinal) => JsonSchemaType.Object,
            "true or false" => JsonSchemaType.Boolean,
            _ when parameter.Options is not null => JsonSchemaType.String,
            _ => null,
        },
        Minimum = parameter.Min?.ToString(CultureInfo.InvariantCulture),
        Maximum = parameter.Max?.ToString(CultureInfo.InvariantCulture),
        Enum = parameter.Options?.Select(option => (JsonNode)option).ToList(),
    };

    private static OpenApiSchema Reference(OpenApiDocument document) => new()
    {
        Description = "A prompt: by name, by id with version and overlay, or as an object that was never saved.",
        OneOf =
        [
            Text("A key, key@version or key@label."),
            Object(("id", Text("Key or id.")), ("version", new OpenApiSchema { Type = JsonSchemaType.String | JsonSchemaType.Integer, Description = "A number or a label." }), ("overlay", new OpenApiSchema { Type = JsonSchemaType.Object, Description = "A JSON Merge Patch over the stored version." })),
            new OpenApiSchemaReference(nameof(Prompt), document),
        ],
    };

    private static OpenApiSchema Message() => Object(
        ("role", Text("system, user, assistant or tool.")),
        ("name", Text("Who speaks, if it is said.")),
        ("content", new OpenApiSchema
        {
            Type = JsonSchemaType.Array,
            Items = Object(("type", Text("text, reasoning, media, tool.call or tool.result.")), ("text", Text(null)), ("url", Text(null)), ("mediaType", Text(null)), ("callId", Text(null)), ("name", Text(null)), ("arguments", new OpenApiSchema()), ("result", new OpenApiSchema())),
        }));

    private static OpenApiSchema Selection() => new()
    {
        OneOf = [Names("Each is added."), Object(("only", Names("What the layers below chose is forgotten, and these are chosen; empty: none.")), ("add", Names("Added to the set.")), ("remove", Names("Taken from the set.")))],
    };

    private static OpenApiSchema Names(string description) => new() { Type = JsonSchemaType.Array, Items = Text(null), Description = description };

    private static OpenApiSchema Content(OpenApiDocument document) => new()
    {
        Description = "A template, or parts; nothing for history.",
        OneOf = [Text(null), new OpenApiSchema { Type = JsonSchemaType.Array, Items = new OpenApiSchemaReference(nameof(PromptPart), document) }],
    };

    private static OpenApiSchema Text(string? description) => new() { Type = JsonSchemaType.String, Description = description };

    private static OpenApiSchema Object(params (string Name, OpenApiSchema Schema)[] members) =>
        new() { Type = JsonSchemaType.Object, Properties = members.ToDictionary(member => member.Name, IOpenApiSchema (member) => member.Schema) };
}

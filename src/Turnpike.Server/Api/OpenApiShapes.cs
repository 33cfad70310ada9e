using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Microsoft.OpenApi;
using Turnpike.Prompts;
using Turnpike.Server.Http;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Tracing;

namespace Turnpike.Server.Api;

/// <summary>The schemas of what has JSON of its own making, which no generator can see.</summary>
internal static class OpenApiShapes
{
    public const string Results = "CallAnswers";
    private const string PartList = "IReadOnlyListOfPromptPart"; // the generator's name for what Content describes

    public static void Describe(OpenApiDocument document)
    {
        Component(document, nameof(TurnParameters), Parameters());
        Component(document, nameof(PromptReference), Reference(document));
        Component(document, nameof(ChatMessage), Message());
        Component(document, Results, ResultsOf(document));
        ((OpenApiSchema)document.Components!.Schemas![nameof(KeyChange)]).Properties!["settings"] = Settings(document);
        ((OpenApiSchema)document.Components.Schemas[nameof(ProblemBody)]).Properties!["code"] = Codes();
        Component(document, nameof(NameSelection), Selection());
        Component(document, nameof(TraceChange), Change(document));
        Component(document, nameof(ModelRequest), Request(document));
        Component(document, nameof(TextSource), Object(("message", Whole("Which of the request's messages, from 0.")), ("part", Whole("Which part of it, from 0.")), ("span", Refers(document, nameof(TextSpan))), ("source", Text("Who put the stretch there."))));
        if (document.Components!.Schemas![nameof(TraceStation)].Properties!["changes"] is OpenApiSchema changes) changes.Items = new OpenApiSchemaReference(nameof(TraceChange), document);
        var turn = document.Components!.Schemas![nameof(Turn)].Properties!;
        if (turn["messages"] is OpenApiSchema messages) messages.Items = new OpenApiSchemaReference(nameof(ChatMessage), document);
        turn["siblings"] = List(Text(null), "Ids of the turns at its place, itself among them, oldest first; only in lists that ask for branches.");
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
        Description = "Must be " + parameter.Expects + ", or null.",
        Type = parameter.Options is not null ? null : JsonSchemaType.Null | parameter.Expects switch
        {
            var words when words.StartsWith("a number", StringComparison.Ordinal) => JsonSchemaType.Number,
            var words when words.StartsWith("a whole number", StringComparison.Ordinal) => JsonSchemaType.Integer,
            var words when words.StartsWith("an object", StringComparison.Ordinal) => JsonSchemaType.Object,
            "true or false" => JsonSchemaType.Boolean,
            _ => null,
        },
        Minimum = parameter.Min?.ToString(CultureInfo.InvariantCulture),
        Maximum = parameter.Max?.ToString(CultureInfo.InvariantCulture),
        AnyOf = parameter.Options is { } options ? [new OpenApiSchema { Type = JsonSchemaType.Null }, new OpenApiSchema { Type = JsonSchemaType.String, Enum = [.. options.Select(option => (JsonNode)option)] }] : null,
    };

    private static OpenApiSchema Reference(OpenApiDocument document) => new()
    {
        Description = "A prompt: by name, by id with version and overlay, or as an object that was never saved.",
        AnyOf = // a whole prompt has an id and a version as well
        [
            Text("A key, key@version or key@label."),
            Closed(["id"], ("id", Text("Key or id.")), ("version", new OpenApiSchema { Type = JsonSchemaType.String | JsonSchemaType.Integer | JsonSchemaType.Null, Description = "A number or a label." }), ("overlay", new OpenApiSchema { Type = JsonSchemaType.Object, Description = "A JSON Merge Patch over the stored version." })),
            new OpenApiSchema { AllOf = [Refers(document, nameof(Prompt)), new OpenApiSchema { AnyOf = [Has("messages"), Has("body")] }] },
        ],
    };

    private static OpenApiSchema Has(string member) => new() { Required = new HashSet<string> { member } };

    private static OpenApiSchema Message() => Object(
        ("role", Text("system, user, assistant or tool.")),
        ("name", Text("Who speaks, if it is said.")),
        ("content", new OpenApiSchema
        {
            Type = JsonSchemaType.Array,
            Items = Object(
                ("type", Text("text, reasoning, media, tool.call or tool.result.")),
                ("text", Text(null)),
                ("phase", Text("The phase that the provider gave a text, such as commentary or final_answer.")),
                ("citations", List(Object(("url", Text(null)), ("title", Text(null)), ("start", Whole(null)), ("end", Whole(null))), "The sources that a text rests on, with the stretch in UTF-16 units.")),
                ("protected", Text("The provider's own data of a reasoning.")),
                ("url", Text("Of media: its address or a data URL.")),
                ("mediaType", Text(null)),
                ("file", Text("Of media that a request gives, in place of url: the id of an uploaded file.")),
                ("hash", Text("Of a part that is kept apart: where its bytes are, for GET /api/files/{hash}/content.")),
                ("size", Whole("Of a part that is kept apart: its bytes.")),
                ("detail", Text("How closely media is looked at.")),
                ("callId", Text(null)),
                ("name", Text("Of a tool or a file.")),
                ("arguments", new OpenApiSchema()),
                ("result", new OpenApiSchema()),
                ("error", Text("What a tool that failed says.")),
                ("parts", Truth("Whether the result is a list of message parts.")),
                ("masked", new OpenApiSchema { Type = JsonSchemaType.Array, Description = "Where the text, or the address, hides secrets: pairs of place and secret." }),
                ("origin", Text("Where the part came from, if that is known: template, typed, rule or resource.")),
                ("resource", Object(("id", Text(null)), ("kind", Text(null)), ("title", Text(null)), ("policy", Text("once, sticky or refresh."))))),
        }));

    private static OpenApiSchema ResultsOf(OpenApiDocument document)
    {
        var list = List(Refers(document, nameof(CallAnswer)), "One or more.");
        return new() { Description = "A result, a list of them, or an object with a list.", AnyOf = [Refers(document, nameof(CallAnswer)), list, Closed(["results"], ("results", list))] };
    }

    /// <summary>The settings of a key, each of which null makes the default.</summary>
    private static OpenApiSchema Settings(OpenApiDocument document)
    {
        var members = ((OpenApiSchema)document.Components!.Schemas![nameof(KeySettings)]).Properties!;
        var settings = Closed([], [.. members.Select(member => (member.Key, (IOpenApiSchema)Nullable(member.Value)))]);
        settings.Type |= JsonSchemaType.Null;
        settings.Description = "How its requests are read: each setting for itself, and each tool of `toolApproval`; null makes it the default.";
        return settings;
    }

    private static OpenApiSchema Nullable(IOpenApiSchema schema)
    {
        if (schema.CreateShallowCopy() is not OpenApiSchema copy) return new OpenApiSchema { AnyOf = [new OpenApiSchema { Type = JsonSchemaType.Null }, schema] };
        copy.Type |= JsonSchemaType.Null;
        if (copy.AdditionalProperties is { } values) copy.AdditionalProperties = Nullable(values);
        return copy;
    }

    private static OpenApiSchema Codes() => new()
    {
        Description = "A word for programs, such as `prompt_not_found`. Later versions may have more.",
        AnyOf = [new OpenApiSchema { Type = JsonSchemaType.String, Enum = [.. System.Enum.GetValues<TurnErrorCode>().Select(code => (JsonNode)code.Text())] }, Text(null)],
    };

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

    private static OpenApiSchema Change(OpenApiDocument document) => Object(
        ("path", Text("What was changed: content, parameters.temperature, variables.city, tools, …")),
        ("before", new OpenApiSchema { Description = "The value before; null when there was none." }),
        ("after", new OpenApiSchema { Description = "The value after." }),
        ("source", Text("Who changed it.")),
        ("span", Refers(document, nameof(TextSpan))));

    private static OpenApiSchema Request(OpenApiDocument document) => Object(
        ("model", Text("provider/name.")),
        ("messages", List(Refers(document, nameof(ChatMessage)), null)),
        ("tools", List(Object(("name", Text(null)), ("description", Text(null)), ("schema", new OpenApiSchema()), ("strict", Truth())), "The tools offered, in order of their names.")),
        ("parameters", Refers(document, nameof(TurnParameters))),
        ("sources", List(Refers(document, nameof(TextSource)), "Of a turn that is kept: where each stretch of the messages came from.")),
        ("standIns", List(Refers(document, nameof(ModelRequest)), "Of a turn that is kept: what was composed for models that stood in, in the order in which they were asked.")));

    internal static OpenApiSchemaReference Refers(OpenApiDocument document, string component) => new(component, document);

    internal static OpenApiSchema Whole(string? description) => new() { Type = JsonSchemaType.Integer, Description = description };

    internal static OpenApiSchema List(IOpenApiSchema items, string? description) => new() { Type = JsonSchemaType.Array, Items = items, Description = description };

    internal static OpenApiSchema Table(IOpenApiSchema values) => new() { Type = JsonSchemaType.Object, AdditionalProperties = values };

    internal static OpenApiSchema Truth(string? description = null) => new() { Type = JsonSchemaType.Boolean, Description = description };

    internal static OpenApiSchema Text(string? description) => new() { Type = JsonSchemaType.String, Description = description };

    internal static OpenApiSchema Closed(IEnumerable<string> required, params (string Name, IOpenApiSchema Schema)[] members)
    {
        var schema = Object(members);
        schema.Required = required.ToHashSet();
        schema.AdditionalPropertiesAllowed = false;
        return schema;
    }

    /// <summary>An answer in which all its members always stand, but for some.</summary>
    internal static OpenApiSchema Always(OpenApiSchema schema, params string[] butFor)
    {
        schema.Required = schema.Properties!.Keys.Except(butFor).ToHashSet();
        return schema;
    }

    internal static OpenApiSchema Object(params (string Name, IOpenApiSchema Schema)[] members) =>
        new() { Type = JsonSchemaType.Object, Properties = members.ToDictionary(member => member.Name, member => member.Schema) };
}

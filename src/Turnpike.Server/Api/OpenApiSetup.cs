using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Turnpike.Prompts;
using Turnpike.Server.Access;
using Turnpike.Server.Http;
using Turnpike.Turns.Events;

namespace Turnpike.Server.Api;

/// <summary>The OpenAPI document: what routes say of themselves, and one shape for all problems.</summary>
internal static class OpenApiSetup
{
    public const string AnyType = "*/*";
    private const string Bearer = "bearer", Header = "apiKey";

    public static void Configure(OpenApiOptions options)
    {
        options.AddOperationTransformer(DescribeAsync);
        options.AddSchemaTransformer(LeaveOutNulls);
        var forms = new OpenApiForms();
        options.AddSchemaTransformer((_, context, _) =>
        {
            forms.See(context.JsonTypeInfo);
            return Task.CompletedTask;
        });
        options.AddDocumentTransformer(async (document, context, cancellationToken) =>
        {
            document.Info = new() { Title = "Turnpike", Version = "v1", Description = "Runs prompts: keeps them and carries every turn of every conversation along one visible road." };
            document.Servers = [];
            document.AddComponent(nameof(PromptPart), await context.GetOrCreateSchemaAsync(typeof(PromptPart), null, cancellationToken));
            OpenApiShapes.Describe(document);
            OpenApiAnswers.Describe(document);
            await OpenApiEvents.AddAsync(document, context, cancellationToken);
            OpenApiWords.Translate(document);
            forms.Part(document);
            document.AddComponent<IOpenApiSecurityScheme>(Bearer, new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "A key, or a token of the issuer that is set. Not asked for on the machine itself before any key was made." });
            document.AddComponent<IOpenApiSecurityScheme>(Header, new OpenApiSecurityScheme { Type = SecuritySchemeType.ApiKey, In = ParameterLocation.Header, Name = "x-api-key", Description = "A key." });
            document.Security = [Scheme(document, Bearer), Scheme(document, Header)];
        });
    }

    /// <summary>Members without a value are left out of answers, and need not stand in requests.</summary>
    private static Task LeaveOutNulls(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        foreach (var member in context.JsonTypeInfo.Properties)
            if (member.IsGetNullable || Nullable.GetUnderlyingType(member.PropertyType) is not null) schema.Required?.Remove(member.Name);
        return Task.CompletedTask;
    }

    private static OpenApiSecurityRequirement Scheme(OpenApiDocument document, string name) => new() { [new(name, document)] = [] };

    private static async Task DescribeAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        foreach (var parameter in metadata.OfType<ParameterShape>())
        {
            (operation.Parameters ??= []).Add(new OpenApiParameter
            {
                Name = parameter.Name,
                In = parameter.InHeader ? ParameterLocation.Header : ParameterLocation.Query,
                Description = parameter.Description,
                Schema = new OpenApiSchema { Type = parameter.Type, Enum = parameter.Words?.Select(word => (JsonNode)word).ToList() },
            });
        }
        foreach (var file in metadata.OfType<FileShape>()) operation.RequestBody = Upload(file);
        if (metadata.OfType<BytesShape>().Any()) operation.Responses!["200"] = new OpenApiResponse { Description = "OK", Content = new Dictionary<string, OpenApiMediaType> { [AnyType] = new() { Schema = Bytes() } } };
        if (metadata.OfType<RouteScope>().LastOrDefault() is { Read: RouteScope.Nobody, Write: RouteScope.Nobody }) operation.Security = []; // open to all
        if (operation.RequestBody?.Content is { } bodies && bodies.Remove(AnyType, out var body)) bodies["application/json"] = body;
        foreach (var taken in metadata.OfType<BodyShape>()) operation.RequestBody!.Content!["application/json"].Schema = new OpenApiSchemaReference(taken.Component, context.Document);
        operation.Responses ??= [];
        foreach (var answer in metadata.OfType<AnswerShape>()) operation.Responses![answer.Status.ToString(CultureInfo.InvariantCulture)].Content!["application/json"].Schema = new OpenApiSchemaReference(answer.Component, context.Document);
        if (metadata.OfType<EventsShape>().Any())
        {
            if (!operation.Responses.TryGetValue("200", out var ok)) operation.Responses["200"] = ok = new OpenApiResponse { Description = "OK", Content = new Dictionary<string, OpenApiMediaType>() };
            ok.Content!["text/event-stream"] = new() { Schema = new OpenApiSchemaReference(nameof(TurnEvent), context.Document) };
        }
        DescribeTexts(operation, metadata.OfType<TextShape>());
        foreach (var (status, answer) in operation.Responses)
            foreach (var header in metadata.OfType<HeaderShape>())
                if (header.Status is null || header.Status.Value.ToString(CultureInfo.InvariantCulture) == status) Add((OpenApiResponse)answer, header.Name);
        const string Shape = nameof(ProblemBody);
        if (context.Document!.Components?.Schemas?.ContainsKey(Shape) != true) context.Document.AddComponent(Shape, await context.GetOrCreateSchemaAsync(typeof(ProblemBody), null, cancellationToken));
        var problem = new OpenApiResponse
        {
            Description = "What went wrong, with a code, and what to do.",
            Content = new Dictionary<string, OpenApiMediaType> { ["application/problem+json"] = new() { Schema = new OpenApiSchemaReference(Shape, context.Document) } },
        };
        Add(problem, "Retry-After");
        operation.Responses["default"] = problem;
    }

    private static void DescribeTexts(OpenApiOperation operation, IEnumerable<TextShape> texts)
    {
        foreach (var text in texts)
        {
            var media = new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.String } };
            if (!text.IsAnswer)
            {
                operation.RequestBody!.Content![text.Type] = media;
                continue;
            }
            if (!operation.Responses!.TryGetValue("200", out var ok)) operation.Responses["200"] = ok = new OpenApiResponse { Description = "OK" };
            var answer = (OpenApiResponse)ok;
            (answer.Content ??= new Dictionary<string, OpenApiMediaType>())[text.Type] = media;
        }
    }

    private static void Add(OpenApiResponse answer, string header) => (answer.Headers ??= new Dictionary<string, IOpenApiHeader>())[header] = new OpenApiHeader { Description = About(header), Schema = new OpenApiSchema { Type = header is TurnHeaders.Warnings or "Retry-After" ? JsonSchemaType.Integer : JsonSchemaType.String } };

    private static string About(string header) => header switch
    {
        "ETag" => "The version or revision, for If-Match.",
        "Location" => "Where it is read.",
        "Preference-Applied" => "respond-async, where it was asked for.",
        "Retry-After" => "Seconds to wait before trying again, where that may help.",
        TurnHeaders.Turn => "The turn's id.",
        TurnHeaders.Conversation => "Its conversation's id.",
        TurnHeaders.Prompt => "The prompt it runs, as key@version.",
        TurnHeaders.Warnings => "How many warnings it has.",
        _ => throw new InvalidOperationException($"\"{header}\" is told nowhere."),
    };

    private static OpenApiRequestBody Upload(FileShape file) => new()
    {
        Required = true,
        Content = file.Types.ToDictionary(type => type, type => new OpenApiMediaType
        {
            Schema = type == FileShape.Form
                ? new OpenApiSchema { Type = JsonSchemaType.Object, Required = new HashSet<string> { "file" }, Properties = new Dictionary<string, IOpenApiSchema> { ["file"] = Bytes() } }
                : type.Contains("json", StringComparison.Ordinal) ? new OpenApiSchema() : new OpenApiSchema { Type = JsonSchemaType.String },
        }),
    };

    private static OpenApiSchema Bytes() => new() { Type = JsonSchemaType.String, Format = "binary" };
}

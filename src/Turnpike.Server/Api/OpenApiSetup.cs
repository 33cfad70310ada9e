using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Turnpike.Prompts;
using Turnpike.Server.Http;

namespace Turnpike.Server.Api;

/// <summary>The OpenAPI document: what routes say of themselves, and one shape for all problems.</summary>
internal static class OpenApiSetup
{
    public const string AnyType = "*/*";

    public static void Configure(OpenApiOptions options)
    {
        options.AddOperationTransformer(DescribeAsync);
        options.AddDocumentTransformer(async (document, context, cancellationToken) =>
        {
            document.Info = new() { Title = "Turnpike", Version = "v1", Description = "Runs prompts: keeps them and carries every turn of every conversation along one visible road." };
            document.Servers = [];
            document.AddComponent(nameof(PromptPart), await context.GetOrCreateSchemaAsync(typeof(PromptPart), null, cancellationToken));
            OpenApiShapes.Describe(document);
        });
    }

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
                Schema = new OpenApiSchema { Type = parameter.IsNumber ? JsonSchemaType.Integer : JsonSchemaType.String },
            });
        }
        if (operation.RequestBody?.Content is { } bodies && bodies.Remove(AnyType, out var body)) bodies["application/json"] = body;
        operation.Responses ??= [];
        if (metadata.OfType<EventsShape>().Any())
        {
            if (!operation.Responses.TryGetValue("200", out var ok)) operation.Responses["200"] = ok = new OpenApiResponse { Description = "OK", Content = new Dictionary<string, OpenApiMediaType>() };
            ok.Content!["text/event-stream"] = new() { Schema = new OpenApiSchema { Type = JsonSchemaType.String } };
        }
        const string Shape = nameof(ProblemBody);
        if (context.Document!.Components?.Schemas?.ContainsKey(Shape) != true) context.Document.AddComponent(Shape, await context.GetOrCreateSchemaAsync(typeof(ProblemBody), null, cancellationToken));
        operation.Responses["default"] = new OpenApiResponse
        {
            Description = "What went wrong, with a code, and what to do.",
            Content = new Dictionary<string, OpenApiMediaType> { ["application/problem+json"] = new() { Schema = new OpenApiSchemaReference(Shape, context.Document) } },
        };
    }
}

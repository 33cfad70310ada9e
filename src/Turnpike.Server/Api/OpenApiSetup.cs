using Microsoft.AspNetCore.OpenApi;

namespace Turnpike.Server.Api;

/// <summary>The OpenAPI document.</summary>
internal static class OpenApiSetup
{
    public static void Configure(OpenApiOptions options)
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new() { Title = "Turnpike", Version = "v1", Description = "Runs prompts: keeps them and carries every turn of every conversation along one visible road." };
            document.Servers = [];
            return Task.CompletedTask;
        });
        options.AddOperationTransformer(async (operation, context, cancellationToken) =>
        {
            if (context.Description.ActionDescriptor.EndpointMetadata.OfType<BodyShape>().FirstOrDefault() is not { } body) return;
            var schema = await context.GetOrCreateSchemaAsync(body.Type, null, cancellationToken);
            operation.RequestBody = new Microsoft.OpenApi.OpenApiRequestBody { Required = true, Content = new Dictionary<string, Microsoft.OpenApi.OpenApiMediaType> { ["application/json"] = new() { Schema = schema } } };
        });
    }
}

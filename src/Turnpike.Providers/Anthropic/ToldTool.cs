using System.Text.Json;
using Microsoft.Extensions.AI;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Providers.Anthropic;

/// <summary>A tool under the name and with the schema that the provider takes, and as strict as it says, in the SDK's word for it.</summary>
internal sealed class ToldTool : AIFunctionDeclaration
{
    private readonly AIFunctionDeclaration _tool;

    private ToldTool(AIFunctionDeclaration tool, string name, JsonElement schema, bool? strict)
    {
        (_tool, Name, JsonSchema, AdditionalProperties) = (tool, name, schema, tool.AdditionalProperties);
        if (strict is { } flag) AdditionalProperties = new Dictionary<string, object?>(tool.AdditionalProperties) { [nameof(global::Anthropic.Models.Messages.Tool.Strict)] = flag };
    }

    public override string Name { get; }

    public override string Description => _tool.Description;

    public override JsonElement JsonSchema { get; }

    public override JsonElement? ReturnJsonSchema => _tool.ReturnJsonSchema;

    public override IReadOnlyDictionary<string, object?> AdditionalProperties { get; }

    /// <summary>The tool itself where the SDK sends it whole, for it remembers what it made of a schema.</summary>
    public static AIFunctionDeclaration Of(AIFunctionDeclaration tool, string name)
    {
        var instead = ToolSchemas.Instead(tool.JsonSchema);
        var strict = ToolSchemas.LeftOut(tool.JsonSchema).Count > 0 ? null : tool.AdditionalProperties.GetValueOrDefault("strict") as bool?;
        return strict is null && instead is null && name == tool.Name ? tool : new ToldTool(tool, name, instead ?? tool.JsonSchema, strict);
    }
}

using System.Text.Json;
using System.Text.Json.Nodes;
using Turnpike.Turns.Json;

namespace Turnpike.Triggers.BuiltIn;

/// <summary>The shape that the answer must have.</summary>
internal sealed class SchemaTriggers(StoredPrompts prompts) : ITriggerNamespace
{
    public string Name => "schema";

    public string Description => "The shape that the answer must have.";

    public IReadOnlyList<TriggerMethod> Methods =>
    [
        new()
        {
            Name = "use",
            Description = "Asks for an answer in the shape that a stored prompt declares.",
            Arguments = [new() { Name = "key", Required = true, Suggest = prompts.SuggestShapedAsync, Description = "Key of a prompt with an output schema." }],
            Example = "@.schema.use invoice;",
            Handler = async (invocation, cancellationToken) =>
            {
                var schema = await prompts.ShapeAsync(invocation.Arguments.Text("key")!, cancellationToken);
                var format = new JsonObject { ["type"] = "json_schema", ["schema"] = JsonNode.Parse(schema.GetRawText()) };
                invocation.Draft.SetParameter("responseFormat", JsonSerializer.SerializeToElement(format, TurnpikeJson.Relaxed.JsonObject));
            },
        },
    ];
}

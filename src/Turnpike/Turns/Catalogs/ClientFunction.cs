using System.Text.Json;
using Microsoft.Extensions.AI;
using Turnpike.Turns.Calls;

namespace Turnpike.Turns.Catalogs;

/// <summary>A client's tool as the model is offered it; the server never runs it.</summary>
internal sealed class ClientFunction(ClientTool tool) : AIFunction
{
    public const string Source = "client";
    private static readonly JsonElement Anything = JsonElement.Parse("""{"type":"object","properties":{}}"""u8);
    private readonly Dictionary<string, object?> _more = tool.Strict is { } strict ? new() { ["strict"] = strict } : [];

    public ClientTool Tool => tool;

    public override string Name => tool.Name;
    public override string Description => tool.Description ?? "";
    public override JsonElement JsonSchema => tool.Schema ?? Anything;
    public override IReadOnlyDictionary<string, object?> AdditionalProperties => _more;

    protected override ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken) =>
        throw new InvalidOperationException($"The tool \"{tool.Name}\" is executed by the client of the turn.");
}

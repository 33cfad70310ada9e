using Microsoft.Extensions.AI;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Tests.Scripted;

/// <summary>A provider <c>or</c> whose models all are one scripted model, and which lists what a test says.</summary>
public sealed class ListedModels(params ModelInfo[] listed) : IModelProvider
{
    private int _asked;

    public ScriptedModel Model { get; } = new();

    /// <summary>How it lists its models.</summary>
    public Func<Task<IReadOnlyList<ModelInfo>>> Lists { get; set; } = () => Task.FromResult<IReadOnlyList<ModelInfo>>(listed);

    /// <summary>How often it was asked for its models.</summary>
    public int Asked => _asked;

    public string Name => "or";

    public IReadOnlyList<string>? Parameters { get; init; }

    public IChatClient Client(string model) => Model;

    public Task<IReadOnlyList<ModelInfo>> ListAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _asked);
        return Lists();
    }
}

namespace Turnpike.Turns.Catalogs;

/// <summary>The models that one provider lists, asked for by one at a time and remembered: what it said last counts until it says something else.</summary>
/// <param name="provider">The provider.</param>
/// <param name="told">Joins what it says of a model with what is configured.</param>
/// <param name="time">The clock.</param>
internal sealed class ProviderModels(IModelProvider provider, Func<ModelInfo, ModelInfo> told, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Recent = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Lasts = TimeSpan.FromHours(1);
    private readonly Lock _gate = new();
    private Task<ProviderList>? _asking;
    private long _asked;
    private Task? _first;
    private volatile Dictionary<string, ModelInfo>? _last;

    /// <summary>What it listed last of a model; null when it did not, or was not asked yet.</summary>
    public ModelInfo? Find(string id) => _last?.GetValueOrDefault(id);

    /// <summary>Its models, or why it cannot list them; asked anew when that is older than a minute.</summary>
    public Task<ProviderList> ListAsync() => ListAsync(Recent);

    /// <summary>
    /// Waits until it was asked once, but only a moment: what it says of its models is needed for windows, inputs and prices, and no turn stops because it is not known. Later on nobody
    /// waits; a list that is old, or does not have this model, is read again beside the turn.
    /// </summary>
    public ValueTask ReadyAsync(string id, CancellationToken cancellationToken)
    {
        var asking = ListAsync(Find(id) is null ? Recent : Lasts);
        if (_last is not null || asking.IsCompleted) return default;
        Task first;
        lock (_gate) first = _first ??= Task.WhenAny(asking, Task.Delay(Patience, time, CancellationToken.None));
        return first.IsCompleted ? default : new(first.WaitAsync(cancellationToken));
    }

    private Task<ProviderList> ListAsync(TimeSpan atMost)
    {
        lock (_gate)
        {
            if (_asking is { } asking && (!asking.IsCompleted || time.GetElapsedTime(_asked) <= atMost)) return asking;
            _asked = time.GetTimestamp();
            using (ExecutionContext.SuppressFlow()) return _asking = Task.Run(AskAsync); // for everybody, not for the key or the turn that happens to ask
        }
    }

    private async Task<ProviderList> AskAsync()
    {
        using var deadline = new CancellationTokenSource(Longest, time);
        try
        {
            ModelInfo[] models = [.. (await provider.ListAsync(deadline.Token).WaitAsync(deadline.Token)).Select(told)];
            _last = models.DistinctBy(model => model.Id).ToDictionary(model => model.Id);
            return new(provider.Name, models, null);
        }
        catch (Exception error)
        {
            return new(provider.Name, [], deadline.IsCancellationRequested ? new TurnException(TurnErrorCode.ProviderUnreachable, $"Provider \"{provider.Name}\" did not list its models within {Longest.TotalSeconds:0} s.") : error);
        }
    }
}

/// <summary>What a provider said when it was asked for its models.</summary>
/// <param name="Provider">Its name.</param>
/// <param name="Models">The models; none when it failed.</param>
/// <param name="Error">Why it could not be asked; null when it answered.</param>
internal sealed record ProviderList(string Provider, IReadOnlyList<ModelInfo> Models, Exception? Error);

using System.Collections.Concurrent;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Options;
using Turnpike.Turns.Access;

namespace Turnpike.Turns.Catalogs;

/// <summary>All providers with their models and aliases.</summary>
public sealed class ModelCatalog(IEnumerable<IModelProvider> providers, IEnumerable<HostModel> hostModels, IOptions<ModelCatalogOptions> options, TimeProvider time)
{
    private const int LongestName = 200;
    private const int MostClients = 1000;
    private readonly IModelProvider[] _providers = [.. providers];
    private readonly HostModel[] _hostModels = [.. hostModels];
    private readonly ConcurrentDictionary<string, IChatClient> _clients = new(StringComparer.Ordinal);
    private Dictionary<string, string>? _aliases;
    private readonly ProviderModels[] _listed = [.. providers.Select(provider => new ProviderModels(provider, model => Configured(options.Value.Models, model), time))];

    /// <summary>The providers, in order of registration.</summary>
    public IReadOnlyList<IModelProvider> Providers => _providers;

    /// <summary>The model of turns that no layer gives one.</summary>
    public string Default => Called(options.Value.Model);

    /// <summary>Short names.</summary>
    public IReadOnlyDictionary<string, string> Aliases => _aliases ??= options.Value.Aliases.ToDictionary(alias => alias.Key, alias => Called(alias.Value), StringComparer.OrdinalIgnoreCase);

    /// <summary>The model of an id (<c>provider/name</c>), an alias, or a bare name that only one provider lists.</summary>
    /// <exception cref="TurnException"><c>request_invalid</c>: the name is longer than any; <c>model_unknown</c>, with the nearest name; <c>forbidden</c>: not for this key.</exception>
    public ValueTask<ChosenModel> ChooseAsync(string name, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.Length <= LongestName ? FindAsync(name, cancellationToken) : throw new TurnException(TurnErrorCode.RequestInvalid, FormattableString.Invariant($"The name of the model has {name.Length:N0} characters; it may have {LongestName}. Models are named \"provider/name\".")) { Field = "model" };
    }

    /// <summary>How many models were asked for and have a client ready.</summary>
    internal int Clients => _clients.Count;

    private static string Allowed(string id) => KeyScope.AllowsModel(id) ? id : throw new TurnException(TurnErrorCode.Forbidden, $"The key \"{KeyScope.Current!.Name}\" may not use the model \"{id}\". It may use {string.Join(", ", KeyScope.Current.Models!)}.") { Field = "model" };

    private async ValueTask<ChosenModel> FindAsync(string name, CancellationToken cancellationToken)
    {
        var id = Aliases.GetValueOrDefault(name, name);
        if (Array.Find(_hostModels, model => model.Id == id) is { } host) return new(Allowed(id), host.Client, Known(id));
        var slash = id.IndexOf('/', StringComparison.Ordinal);
        if (slash <= 0)
        {
            var listed = (await ListAsync(null, cancellationToken)).Where(model => model.Id.EndsWith("/" + id, StringComparison.Ordinal)).ToArray();
            if (listed.Length != 1) throw await UnknownAsync(name, listed, cancellationToken);
            id = listed[0].Id;
            slash = id.IndexOf('/', StringComparison.Ordinal);
        }
        var at = PlaceOf(id);
        if (at < 0 || slash == id.Length - 1) throw await UnknownAsync(name, [], cancellationToken);
        id = Called(id);
        if (!_clients.TryGetValue(Allowed(id), out var client))
        {
            if (_clients.Count >= MostClients) _clients.Clear();
            client = _clients.GetOrAdd(id, _providers[at].Client(id[(slash + 1)..]));
        }
        await _listed[at].ReadyAsync(id, cancellationToken);
        return new(id, client, Known(id));
    }

    /// <summary>What is known of a model without asking anybody: what is configured, where that is silent what its provider listed last, and else what it says of all its models.</summary>
    public ModelInfo? Known(string id)
    {
        var at = PlaceOf(id);
        id = Called(id);
        var known = (at < 0 ? null : _listed[at].Find(id)) ?? options.Value.Models.GetValueOrDefault(id);
        if (at < 0 || _providers[at] is not ({ Parameters: not null } or { Ranges: not null })) return known;
        var all = new ModelInfo { Id = id, Provider = _providers[at].Name, Parameters = _providers[at].Parameters, Ranges = _providers[at].Ranges };
        return known?.Over(all) ?? all;
    }

    /// <summary>The models of all providers, remembered for a minute. A provider that fails is left out and told of.</summary>
    /// <param name="failed">Hears of each provider that could not be asked; of one whose client has a fault as <c>internal_error</c>, with the fault inside.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="System.ComponentModel.DataAnnotations.ValidationException">What is configured of models cannot be read.</exception>
    public async Task<IReadOnlyList<ModelInfo>> ListAsync(Action<string, TurnException>? failed, CancellationToken cancellationToken)
    {
        var configured = options.Value.Models; // what is wrong with it is no provider's fault
        var answers = await Task.WhenAll(_listed.Select(listed => listed.ListAsync())).WaitAsync(cancellationToken);
        foreach (var answer in answers)
        {
            if (answer.Error is { } error) failed?.Invoke(answer.Provider, error as TurnException ?? new TurnException(TurnErrorCode.InternalError, $"Provider \"{answer.Provider}\" could not list its models: {error.GetType().Name}.", error));
        }
        var hosts = _hostModels.Select(model => Configured(configured, new() { Id = model.Id, Provider = model.Provider }));
        return [.. hosts.Concat(answers.SelectMany(answer => answer.Models)).Where(model => KeyScope.AllowsModel(model.Id))];
    }

    /// <summary>A model with what is configured of it, in whatever letters its id is written there.</summary>
    private static ModelInfo Configured(Dictionary<string, ModelInfo> configured, ModelInfo model) =>
        configured.TryGetValue(model.Id, out var said) ? said.Over(model) with { Id = model.Id, Provider = model.Provider } : model;

    /// <summary>The place of the provider that an id begins with; -1 when there is none.</summary>
    private int PlaceOf(string id)
    {
        var slash = id.IndexOf('/', StringComparison.Ordinal);
        for (var i = 0; i < _providers.Length && slash > 0; i++) if (_providers[i].Name.AsSpan().Equals(id.AsSpan(0, slash), StringComparison.OrdinalIgnoreCase)) return i;
        return -1;
    }

    /// <summary>The id with its provider spelled as it calls itself: prices, limits and what keys may use are looked up by the id.</summary>
    private string Called(string id) => PlaceOf(id) is var at and >= 0 ? _providers[at].Name + id[_providers[at].Name.Length..] : id;

    private async Task<TurnException> UnknownAsync(string name, ModelInfo[] several, CancellationToken cancellationToken)
    {
        if (several.Length > 1) return new(TurnErrorCode.ModelUnknown, $"Several providers have a model \"{name}\": {string.Join(", ", several.Select(model => model.Id))}. Say which one.") { Field = "model" };
        var known = (await ListAsync(null, cancellationToken)).Select(model => model.Id).ToArray();
        var bare = known.ToLookup(id => id[(id.IndexOf('/', StringComparison.Ordinal) + 1)..]);
        var near = Nearest.To(name, known.Concat(Aliases.Keys)) ?? (Nearest.To(name, bare.Select(ids => ids.Key)) is { } meant ? bare[meant].First() : null);
        var hint = near is null ? "" : $" Did you mean \"{near}\"?";
        return new(TurnErrorCode.ModelUnknown, $"There is no model \"{name}\".{hint} Ask for one as \"provider/name\"; the providers are {string.Join(", ", _providers.Select(provider => provider.Name).Concat(_hostModels.Select(model => model.Provider)).Distinct())}.") { Field = "model" };
    }
}

using Microsoft.Extensions.Options;
using Turnpike.Turns.Drafts;
using Turnpike.Turns.Settings;

namespace Turnpike.Opening;

/// <summary>The layers that conversations share: the chain of projects, organization, user, global.</summary>
public sealed class SharedLayers(ISettingsStore settings, IOptions<OpeningOptions> options)
{
    /// <summary>Reads the layers, highest first. What has nothing to say is left out; global is always there.</summary>
    /// <param name="project">Id of the nearest project; null: none.</param>
    /// <param name="organization">The organization; null: none.</param>
    /// <param name="user">The user; null: none.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The layers; null when there is no such project.</returns>
    public async ValueTask<IReadOnlyList<SettingsLayer>?> ReadAsync(string? project, string? organization, string? user, CancellationToken cancellationToken)
    {
        var layers = new List<SettingsLayer>(4);
        if (project is not null)
        {
            var chain = await settings.ChainAsync(project, cancellationToken);
            if (chain.Count == 0) return null;
            layers.AddRange(chain.Select(one => one.ToLayer()));
        }
        if (organization is not null) await AddAsync("organization:" + organization);
        if (user is not null) await AddAsync("user:" + user);
        layers.Add(new()
        {
            Name = SettingsRules.Global,
            Parameters = options.Value.Parameters,
            System = options.Value.System is { } text ? new(text, Replace: false) : null,
            Variables = await settings.VariablesAsync(SettingsRules.Global, cancellationToken),
        });
        return layers;

        async ValueTask AddAsync(string scope)
        {
            if (await settings.VariablesAsync(scope, cancellationToken) is var variables and ({ Count: > 0 } or UnreadableValues)) layers.Add(new() { Name = scope, Variables = variables });
        }
    }
}

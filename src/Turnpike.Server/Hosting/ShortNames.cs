using Turnpike.Turns.Catalogs;

namespace Turnpike.Server.Hosting;

/// <summary>Settings that have a short name in the environment. It counts where the long one would stand in the same source, so that the command line wins over it; an empty value is none.</summary>
internal static class ShortNames
{
    private static readonly (string Short, string Key, string Standard)[] All =
    [
        ("TURNPIKE_DATA", "Turnpike:Data", ServerOptions.StandardData),
        ("TURNPIKE_MODEL", "Turnpike:Model", new ModelCatalogOptions().Model),
    ];

    /// <summary>Puts what they say under their keys.</summary>
    public static void AddTo(ConfigurationManager configuration) =>
        configuration.AddInMemoryCollection(All.Select(name => KeyValuePair.Create(name.Key, (string?)(Said(configuration, name.Short, name.Key) ?? name.Standard))).ToList());

    private static string? Said(IConfigurationRoot configuration, string shortName, string key) =>
        configuration.Providers.Reverse().SelectMany(source => (string[])[shortName, key], (source, name) => source.TryGet(name, out var value) ? value : null).FirstOrDefault(value => !string.IsNullOrWhiteSpace(value));
}

namespace Turnpike.Prompts.Files;

/// <summary>Where the keys of a front matter stand in the file.</summary>
internal sealed class YamlPlaces
{
    private readonly Dictionary<string, (int Line, int Column)> _places = new(StringComparer.Ordinal);

    public void Add(string path, int line, int column) => _places.TryAdd(path, (line, column));

    /// <summary>The place of a key, or of the nearest key inside or around it; null when there is none.</summary>
    public (int Line, int Column)? Find(string path)
    {
        while (true)
        {
            if (_places.TryGetValue(path, out var place)) return place;
            if (_places.FirstOrDefault(pair => pair.Key.StartsWith(path + ".", StringComparison.Ordinal)) is { Key: not null } inner) return inner.Value;
            var end = path.LastIndexOfAny(['.', '[']);
            if (end <= 0) return null;
            path = path[..end];
        }
    }
}

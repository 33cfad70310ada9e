using Turnpike.Turns.Resources;

namespace Turnpike.Messages.Resources;

/// <summary>Pages that were fetched of late and that have a version, so that they are not sent again when they have not changed.</summary>
public sealed class WebPages
{
    private const int Most = 64;
    private readonly Lock _gate = new();
    private readonly OrderedDictionary<Uri, ResourceContent> _pages = [];

    internal ResourceContent? Find(Uri url)
    {
        lock (_gate) return _pages.GetValueOrDefault(url);
    }

    internal void Keep(Uri url, ResourceContent page)
    {
        lock (_gate)
        {
            _pages.Remove(url);
            if (_pages.Count >= Most) _pages.RemoveAt(0);
            _pages[url] = page;
        }
    }
}

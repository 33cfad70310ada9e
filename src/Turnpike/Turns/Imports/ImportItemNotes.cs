namespace Turnpike.Turns.Imports;

/// <summary>A line of a report as it grows.</summary>
internal sealed class ImportItemNotes(string kind, string from)
{
    private readonly List<string> _details = [];
    private bool _isChanged;
    private string? _skipped;
    private bool _isHere;

    /// <summary>What it is called in the file.</summary>
    public string From => from;

    /// <summary>What it is called here.</summary>
    public string? Id { get; set; }

    /// <summary>Notes something that is different here.</summary>
    public void Changed(string what)
    {
        _isChanged = true;
        _details.Add(what);
    }

    /// <summary>Notes something that is to be known though nothing is different.</summary>
    public void Remark(string what) => _details.Add(what);

    /// <summary>Leaves it out.</summary>
    public void Skip(string why) => _skipped ??= why;

    /// <summary>Leaves it as it is here already, under <see cref="Id"/>.</summary>
    public void SkipKnown(string? why = null)
    {
        _isHere |= _skipped is null;
        Skip(why ?? $"it is here already, as {Id}");
    }

    public bool IsSkipped => _skipped is not null;

    public ImportItem ToItem() => new(kind, from, _skipped is not null ? ImportOutcome.Skipped : _isChanged ? ImportOutcome.Changed : ImportOutcome.Imported, _skipped is null || _isHere ? Id : null, _skipped is null ? _details : [_skipped, .. _details]);
}

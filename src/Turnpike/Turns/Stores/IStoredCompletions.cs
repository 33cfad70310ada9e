using System.Text.Json;

namespace Turnpike.Turns.Stores;

/// <summary>Keeps which turns are chat completions that their callers want listed.</summary>
public interface IStoredCompletions
{
    /// <summary>Lists a turn. One that is listed already stays as it is.</summary>
    Task AddAsync(StoredCompletion completion, CancellationToken cancellationToken);

    /// <summary>A listed turn; null when it is not listed.</summary>
    Task<StoredCompletion?> FindAsync(string turn, CancellationToken cancellationToken);

    /// <summary>Replaces what the caller noted beside a turn. False when it is not listed.</summary>
    Task<bool> NoteAsync(string turn, JsonElement? metadata, CancellationToken cancellationToken);

    /// <summary>Takes a turn from the list. False when it is not listed.</summary>
    Task<bool> RemoveAsync(string turn, CancellationToken cancellationToken);

    /// <summary>A page of the list, in the order they were made.</summary>
    /// <param name="query">Which ones.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<IReadOnlyList<StoredCompletion>> ListAsync(StoredCompletionQuery query, CancellationToken cancellationToken);
}

/// <summary>A turn that was made as a chat completion and is listed.</summary>
/// <param name="Turn">The turn's id.</param>
/// <param name="Model">The model, resolved.</param>
/// <param name="CreatedAt">When it was made, UTC, to the millisecond.</param>
/// <param name="Metadata">What the caller noted beside it: an object of texts; null: nothing.</param>
public sealed record StoredCompletion(string Turn, string Model, DateTimeOffset CreatedAt, JsonElement? Metadata = null);

/// <summary>Which chat completions to list.</summary>
public sealed record StoredCompletionQuery
{
    /// <summary>Only those behind this one; null: from the start.</summary>
    public StoredCompletion? After { get; init; }
    /// <summary>The most to list.</summary>
    public int Limit { get; init; } = 20;
    /// <summary>Whether the newest come first.</summary>
    public bool NewestFirst { get; init; }
    /// <summary>Only those of a model; null: all.</summary>
    public string? Model { get; init; }
}

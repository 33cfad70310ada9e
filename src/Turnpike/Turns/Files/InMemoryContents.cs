using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Turnpike.Turns.Projects;
using Turnpike.Turns.Stores;

namespace Turnpike.Turns.Files;

/// <summary>Contents, in memory: for tests and for hosts that keep nothing. What nothing refers to goes when something new comes, as a server's own cleaner would have it.</summary>
internal sealed class InMemoryContents(InMemoryState state, IOptions<UploadOptions> options, TimeProvider time) : IContentStore
{
    private static readonly TimeSpan CleansEvery = TimeSpan.FromMinutes(10);
    private DateTimeOffset _cleaned = time.GetUtcNow();

    public async Task<KeptContent> KeepAsync(Stream content, long most, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(content);
        using var bytes = new MemoryStream();
        var piece = new byte[64 << 10];
        while (await content.ReadAsync(piece, cancellationToken) is var read and > 0)
        {
            if (bytes.Length + read > most) throw ContentHash.TooLarge(most);
            bytes.Write(piece, 0, read);
        }
        var kept = bytes.ToArray();
        var hash = Convert.ToHexStringLower(SHA256.HashData(kept));
        var now = time.GetUtcNow();
        lock (state.Gate) state.Contents[hash] = (kept, now);
        if (now - _cleaned >= CleansEvery)
        {
            _cleaned = now;
            await CleanAsync(now - options.Value.Unreferenced, cancellationToken);
        }
        return new(hash, kept.Length, kept.AsMemory(0, Math.Min(kept.Length, ContentHash.HeadBytes)));
    }

    public Task<Stream?> OpenAsync(string hash, CancellationToken cancellationToken)
    {
        lock (state.Gate) return Task.FromResult<Stream?>(state.Contents.TryGetValue(hash, out var kept) ? new MemoryStream(kept.Bytes, writable: false) : null);
    }

    public Task<int> CleanAsync(DateTimeOffset keptBefore, CancellationToken cancellationToken)
    {
        lock (state.Gate)
        {
            foreach (var gone in state.Files.Values.Where(file => file.ExpiresAt <= time.GetUtcNow()).ToList())
            {
                state.Files.Remove(gone.Id);
                state.Homes.TryRemove(new(ProjectThings.File, gone.Id), out _);
            }
            var needed = state.Files.Values.Select(file => file.Hash)
                .Concat(state.Turns.Values.SelectMany(kept => ContentReferences.Of(kept.Turn)))
                .Concat(state.Conversations.Values.SelectMany(ContentReferences.Of)).ToHashSet(StringComparer.Ordinal);
            var unneeded = state.Contents.Where(kept => kept.Value.At < keptBefore && !needed.Contains(kept.Key)).Select(kept => kept.Key).ToList();
            foreach (var hash in unneeded) state.Contents.Remove(hash);
            return Task.FromResult(unneeded.Count);
        }
    }
}

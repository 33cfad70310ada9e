using Microsoft.Extensions.AI;
using Turnpike.Turns;
using Turnpike.Turns.Drafts;
using Turnpike.Turns.Packing;
using Turnpike.Turns.Resources;

namespace Turnpike.Messages;

/// <summary>Fits a turn's resources into their budget: the newest first, whole ones before a part of one; what does not fit is reported, never dropped in silence.</summary>
internal static class ResourcePacking
{
    private const long SmallestPart = 64;

    /// <param name="draft">The draft; it is warned.</param>
    /// <param name="resources">The resources, oldest first.</param>
    /// <param name="budget">The most tokens that they may have together; null: no limit.</param>
    /// <param name="ratio">Reported tokens for each that we estimate.</param>
    /// <param name="report">Hears what was cut.</param>
    /// <returns>What is sent, in the order of <paramref name="resources"/>.</returns>
    public static IReadOnlyList<ReadResource> Fit(TurnDraft draft, IReadOnlyList<ReadResource> resources, long? budget, double ratio, List<PackingItem> report)
    {
        if (budget is not { } left || resources.Sum(resource => Tokens(resource, ratio)) <= left) return resources;
        var total = left;
        var sent = new ReadResource?[resources.Count];
        for (var i = resources.Count - 1; i >= 0; i--)
        {
            if (Tokens(resources[i], ratio) is var tokens && tokens > left) continue;
            (sent[i], left) = (resources[i], left - tokens);
        }
        for (var i = resources.Count - 1; i >= 0; i--)
        {
            if (sent[i] is not null) continue;
            var (resource, tokens) = (resources[i], Tokens(resources[i], ratio));
            var part = left >= SmallestPart && resource.Part is TextContent text ? Part(resource, text.Text, (int)Math.Min(int.MaxValue, left / ratio * 4)) : null;
            var used = part is null ? 0 : Math.Min(left, Tokens(part, ratio));
            (sent[i], left) = (part, part is null ? left : 0);
            var item = new PackingItem
            {
                Kind = "resource",
                Outcome = part is null ? "left out" : "cut",
                Id = resource.Resource.Id,
                Title = resource.Resource.Title,
                Tokens = tokens,
                Sent = used,
                Reason = FormattableString.Invariant($"The resources of a turn may have {total:N0} tokens here; the newest that fit stay whole. Attach less, or choose a model with a larger window."),
            };
            report.Add(item);
            draft.Warn("resource_cut", FormattableString.Invariant($"Resource \"{item.Title ?? item.Id}\" of {tokens:N0} tokens was {(part is null ? "left out" : FormattableString.Invariant($"cut to {used:N0}"))}: the resources of a turn may have {total:N0} tokens here."));
            draft.Trace.Record("packing." + item.Id, tokens, used, "packing");
        }
        return [.. sent.OfType<ReadResource>()];
    }

    private static long Tokens(ReadResource resource, double ratio) => resource.Part is TextContent text ? (long)Math.Ceiling(TokenEstimate.Of(text.Text) * ratio) : TokenEstimate.Media;

    private static ReadResource Part(ReadResource resource, string text, int characters)
    {
        var end = Math.Min(text.Length, Math.Max(0, characters - 64));
        if (end > 0 && end < text.Length && char.IsHighSurrogate(text[end - 1])) end--;
        var part = new TextContent(FormattableString.Invariant($"{text[..end]}\n… cut: {end:N0} of {text.Length:N0} characters")) { AdditionalProperties = resource.Part.AdditionalProperties };
        return resource with { Part = part };
    }
}

using Turnpike.Triggers.Completion;

namespace Turnpike.Server.Api;

/// <summary>What could stand at the caret.</summary>
/// <param name="Items">Best first.</param>
internal sealed record CompletionList(IReadOnlyList<CompletionItem> Items);

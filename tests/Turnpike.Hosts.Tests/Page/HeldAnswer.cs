using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Turnpike.Tests.Scripted;

namespace Turnpike.Hosts.Tests.Page;

/// <summary>An answer that says its first words, and the others when it is let go.</summary>
internal sealed class HeldAnswer(string first, string rest)
{
    private readonly TaskCompletionSource _go = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void LetGo() => _go.TrySetResult();

    public IAsyncEnumerable<ChatResponseUpdate> Stream(ScriptedRequest request, CancellationToken cancellationToken) => StreamAsync(cancellationToken);

    private async IAsyncEnumerable<ChatResponseUpdate> StreamAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return new(ChatRole.Assistant, first);
        await _go.Task.WaitAsync(cancellationToken);
        yield return new(ChatRole.Assistant, rest) { FinishReason = ChatFinishReason.Stop };
    }
}

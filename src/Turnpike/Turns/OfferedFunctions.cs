using System.Collections.ObjectModel;
using Microsoft.Extensions.AI;

namespace Turnpike.Turns;

/// <summary>The tools of a request as they are offered. Turns that offer the same share the list, so what it costs to send is estimated once.</summary>
internal sealed class OfferedFunctions(AIFunctionDeclaration[] functions) : ReadOnlyCollection<AIFunctionDeclaration>(functions)
{
    private long _tokens = -1;

    /// <summary>The tokens of all of them, estimated.</summary>
    public long Tokens
    {
        get
        {
            if (Interlocked.Read(ref _tokens) is var known and >= 0) return known;
            var tokens = TokenEstimate.Of(this);
            Interlocked.Exchange(ref _tokens, tokens);
            return tokens;
        }
    }
}

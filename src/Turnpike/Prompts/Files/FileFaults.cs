using Turnpike.Turns;

namespace Turnpike.Prompts.Files;

/// <summary>What becomes of a fault in a <c>.prompt</c> file: told, so that reading goes on without what is at fault, or thrown when nobody hears of it.</summary>
/// <param name="Hear">Hears of faults; null: the first is thrown.</param>
internal readonly record struct FileFaults(Action<TurnException>? Hear)
{
    /// <summary>What is read; its default when it is at fault.</summary>
    public T? Try<T>(Func<T?> read)
    {
        try
        {
            return read();
        }
        catch (TurnException error) when (Hear is not null)
        {
            Hear(error);
            return default;
        }
    }

    /// <summary>Tells of a fault.</summary>
    /// <exception cref="TurnException">The fault, when nobody hears of it.</exception>
    public void Tell(TurnException fault)
    {
        if (Hear is null) throw fault;
        Hear(fault);
    }
}

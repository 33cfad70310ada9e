namespace Turnpike.Cli.Input;

/// <summary>Reads what a person types after a question.</summary>
internal static class Keyboard
{
    /// <summary>The next line; null when there is nobody any more.</summary>
    /// <param name="here">Where the program stands.</param>
    /// <param name="question">What stands before the place where the answer is typed.</param>
    /// <exception cref="OperationCanceledException">Ctrl-C was pressed.</exception>
    public static async Task<string?> LineAsync(Surroundings here, string question)
    {
        here.Interrupted.ThrowIfCancellationRequested();
        here.Error.Write(question);
        await here.Error.FlushAsync();
        try
        {
            // Reading a terminal cannot be cancelled; who presses Ctrl-C need not press Enter too.
            return await Task.Run(here.In.ReadLine, CancellationToken.None).WaitAsync(here.Interrupted);
        }
        catch (OperationCanceledException)
        {
            here.Error.WriteLine();
            throw;
        }
    }
}

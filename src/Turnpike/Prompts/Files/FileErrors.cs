using Turnpike.Turns;

namespace Turnpike.Prompts.Files;

/// <summary>Says what is wrong with a <c>.prompt</c> file, and where.</summary>
internal static class FileErrors
{
    /// <param name="path">The key, as a path from the top of the front matter.</param>
    /// <param name="message">What is wrong with it and what to write.</param>
    public static TurnException Invalid(string path, string message) => new(TurnErrorCode.RequestInvalid, $"\"{path}\" {message}") { Field = path };

    public static TurnException At(int line, int column, string message, TurnErrorCode code = TurnErrorCode.RequestInvalid) =>
        new(code, $"Line {line}, column {column} of the file: {message}") { Field = "file" };

    /// <summary>The same error with the line of the key that it is about.</summary>
    public static TurnException Placed(TurnException error, YamlPlaces places) =>
        error.Field is { } field && places.Find(field) is var (line, column) ? new(error.Code, $"Line {line}, column {column} of the file: {error.Message}", error) { Field = field, Span = error.Span } : error;
}

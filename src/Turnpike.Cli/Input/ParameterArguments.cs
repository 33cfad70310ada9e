using System.Text.Json;
using Turnpike.Turns;
using Turnpike.Turns.Json;

namespace Turnpike.Cli.Input;

/// <summary>Reads <c>-p name=value</c>; names and ranges are those of <see cref="ParameterTable"/>.</summary>
internal static class ParameterArguments
{
    /// <summary>The parameters; null when there are none.</summary>
    /// <exception cref="UsageException">An argument is not <c>name=value</c>.</exception>
    /// <exception cref="TurnException"><c>parameter_unknown, parameter_invalid</c>.</exception>
    public static TurnParameters? Read(IReadOnlyList<string> arguments)
    {
        if (arguments.Count == 0) return null;
        var parameters = TurnParameters.None;
        foreach (var argument in arguments)
        {
            var equals = argument.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0) throw new UsageException($"\"{argument}\" is no parameter.", "Write -p name=value, for example -p temperature=0.2.");
            var parameter = ParameterTable.Get(argument[..equals]);
            parameters = parameter.With(parameters, parameter.Parse(Value(argument[(equals + 1)..])));
        }
        return parameters;
    }

    // Lists and objects are written as JSON; everything else is a text, which parameters read as a number or a truth where they want one.
    private static JsonElement Value(string text)
    {
        if (text is ['{' or '[', ..])
        {
            try
            {
                using var parsed = JsonDocument.Parse(text);
                return parsed.RootElement.Clone();
            }
            catch (JsonException)
            {
            }
        }
        return JsonSerializer.SerializeToElement(text, TurnpikeJson.Relaxed.String);
    }
}

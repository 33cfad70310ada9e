using System.Text.Json;
using Turnpike.Turns;
using Turnpike.Turns.Json;

namespace Turnpike.Triggers.BuiltIn;

/// <summary>Short forms that the built-in namespaces share.</summary>
internal static class Method
{
    /// <summary>A handler that does not wait.</summary>
    public static Func<TriggerInvocation, CancellationToken, ValueTask> Does(Action<TriggerInvocation> what) => (invocation, _) =>
    {
        what(invocation);
        return ValueTask.CompletedTask;
    };

    public static JsonElement Json(string value) => JsonSerializer.SerializeToElement(value, TurnpikeJson.Relaxed.String);

    public static JsonElement Json(double value) => JsonSerializer.SerializeToElement(value, TurnpikeJson.Relaxed.Double);

    public static JsonElement Json(long value) => JsonSerializer.SerializeToElement(value, TurnpikeJson.Relaxed.Int64);

    public static JsonElement Json(bool value) => JsonSerializer.SerializeToElement(value, TurnpikeJson.Relaxed.Boolean);

    public static JsonElement Json(string[] value) => JsonSerializer.SerializeToElement(value, TurnpikeJson.Relaxed.StringArray);

    /// <summary>What a handler throws to stay text: nobody knows the name that was typed.</summary>
    public static TurnException Unknown(TurnErrorCode code, string kind, string name, IEnumerable<string> known) => new(code, $"There is no {kind} \"{name}\".{Nearest.Hint(name, known)}");
}

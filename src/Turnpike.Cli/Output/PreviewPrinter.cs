using System.Text.Json;
using Turnpike.Turns;
using Turnpike.Turns.Json;

namespace Turnpike.Cli.Output;

/// <summary>Shows a preview: the model request, message by message.</summary>
internal static class PreviewPrinter
{
    /// <summary>Writes the object of <c>POST /api/turns/preview</c> for people.</summary>
    public static async Task WriteAsync(Surroundings here, Talk talk, JsonElement preview, string typed)
    {
        if (preview.TryGetProperty("warnings", out var warnings))
        {
            foreach (var warning in warnings.Deserialize(TurnpikeJson.Relaxed.IReadOnlyListTurnWarning)!) await talk.WarnAsync(warning.Message, warning.Span, typed);
        }
        var request = preview.GetProperty("request").Deserialize(TurnpikeJson.Relaxed.ModelRequest)!;
        var paint = new Paint(here.OutIsTerminal && here.Colour);
        void Line(string name, string? value)
        {
            if (value is { Length: > 0 }) here.Out.Write($"{paint.Bold(name.PadRight(10))} {Shown(here, value)}\n");
        }
        Line("model", request.Model);
        Line("parameters", Parameters(request.Parameters));
        Line("tools", string.Join(", ", request.Tools.Select(tool => tool.Name)));
        Line("tokens", Tokens(preview));
        foreach (var message in request.Messages)
        {
            here.Out.Write($"\n{paint.Bold($"── {message.Role.Value} ──")}\n");
            foreach (var part in message.Contents) here.Out.Write(Shown(here, PartText.Of(part)).TrimEnd('\n') + "\n");
        }
    }

    private static string Shown(Surroundings here, string text) => here.OutIsTerminal ? Terminals.Safe(text) : text;

    private static string Parameters(TurnParameters parameters)
    {
        using var json = JsonSerializer.SerializeToDocument(parameters, TurnpikeJson.Relaxed.TurnParameters);
        return string.Join(" · ", json.RootElement.EnumerateObject().Select(member => $"{member.Name} {member.Value.GetRawText()}"));
    }

    private static string? Tokens(JsonElement preview) =>
        preview.TryGetProperty("tokens", out var tokens) && tokens.TryGetProperty("input", out var input) ? $"about {input.GetRawText()}" : null;
}

using System.Text;
using Microsoft.Extensions.AI;
using Turnpike.Messages;
using Turnpike.Turns;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Pipeline;

/// <summary>The text of turns, read in pieces of which a model's window takes one at a time, each with the summary of what came before it.</summary>
internal sealed class ConversationTranscript
{
    private const int CharactersOfAToken = 4;
    private const int Framing = 16; // tokens of what stands around the messages
    private readonly string _text;
    private readonly ModelInfo? _model;
    private readonly double _ratio;
    private int _read;

    /// <summary>Writes the turns.</summary>
    /// <param name="told">Who said what in the turns, oldest first.</param>
    /// <param name="model">What is known of the model that reads; null when nothing is.</param>
    /// <param name="ratio">Reported tokens for each that we estimate.</param>
    public ConversationTranscript(IEnumerable<(ChatRole Role, string Text)> told, ModelInfo? model, double ratio)
    {
        (_model, _ratio) = (model, ratio);
        var text = new StringBuilder();
        foreach (var (role, said) in told)
            if (said.Length > 0) text.Append(role.Value).Append(": ").Append(said).Append("\n\n");
        _text = text.ToString();
    }

    /// <summary>Whether all was read.</summary>
    public bool IsRead => _read >= _text.Length;

    /// <summary>The next piece.</summary>
    /// <param name="instruction">What the model is told beside it.</param>
    /// <param name="summary">What stands for all before it; null: nothing.</param>
    public string Next(string instruction, string? summary)
    {
        var before = summary is null ? "" : $"Summary of what came before:\n{summary}\n\n";
        var left = _text.AsSpan(_read);
        var piece = left[..Cut(left, Room(TokenEstimate.Of(instruction) + TokenEstimate.Of(before) + Framing))];
        _read += piece.Length;
        return string.Concat(before, piece);
    }

    /// <summary>The characters that fit beside these tokens; however long the summary has grown, a quarter of the window is left for the piece.</summary>
    private int Room(long beside)
    {
        if (ModelWindow.Input(_model, null) is not { } input) return int.MaxValue;
        var tokens = Math.Max((input / _ratio) - beside, input / _ratio / 4);
        return (int)Math.Clamp(tokens * CharactersOfAToken, CharactersOfAToken, int.MaxValue);
    }

    /// <summary>How much of a text is a piece: up to where somebody else speaks, else up to a paragraph, else as much as fits.</summary>
    private static int Cut(ReadOnlySpan<char> text, int room)
    {
        if (text.Length <= room) return text.Length;
        var piece = text[..room];
        var end = Math.Max(piece.LastIndexOf("\n\nuser: "), piece.LastIndexOf("\n\nassistant: "));
        if (end < 0) end = piece.LastIndexOf("\n\n");
        if (end >= 0) return end + 2;
        return char.IsHighSurrogate(piece[^1]) ? room - 1 : room;
    }
}

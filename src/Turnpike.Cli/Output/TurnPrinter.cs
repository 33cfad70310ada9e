using System.Buffers;
using System.Globalization;
using System.Text;
using Turnpike.Cli.Commands;
using Turnpike.Turns.Events;
using Turnpike.Turns.Json;

namespace Turnpike.Cli.Output;

/// <summary>Shows a turn while it runs: the answer as the result, everything else as talk.</summary>
/// <param name="here">Where to.</param>
/// <param name="talk">Where warnings and progress go.</param>
/// <param name="typed">The typed text, which spans of warnings are about.</param>
/// <param name="style">How the answer is written.</param>
internal sealed class TurnPrinter(Surroundings here, Talk talk, string typed, TurnStyle style)
{
    private readonly StringBuilder _held = new();
    private readonly Dictionary<string, string> _tools = [];
    private string _model = "";
    private int _step;
    private int _before; // what is held of the steps before this one
    private bool _wrote;
    private bool _endsLine = true;
    private bool _broke;

    /// <summary>Whether nothing is written: the caller shows the turn when it has ended.</summary>
    public bool IsSilent { get; init; }

    /// <summary>Shows the next event.</summary>
    public async ValueTask ShowAsync(TurnEvent happened)
    {
        if (IsSilent) return;
        if (style == TurnStyle.Events) WriteJson(happened);
        else await ShowTextAsync(happened);
        await here.Out.FlushAsync();
    }

    private async ValueTask ShowTextAsync(TurnEvent happened)
    {
        switch (happened)
        {
            case TurnStarted started:
                _model = started.Model;
                if (Race.Has(started)) here.Out.Write(Shown($"## {started.Model}\n\n"));
                break;
            case StepStarted step:
                if (_wrote && step.Step == _step) await BeginAnewAsync();
                talk.Progress(step.Attempt > 1 ? $"{step.Model} (try {step.Attempt})" : step.Model);
                break;
            case ReasoningDelta:
                talk.Progress("thinking");
                break;
            case TextDelta said:
                await talk.HushAsync();
                Write(said);
                break;
            case ToolCall call:
                _tools[call.CallId] = call.Name;
                await NoteAsync($"→ {call.Name} {call.Arguments}");
                talk.Progress(call.Name);
                break;
            case ToolResult { Error: { } error } failed:
                await NoteAsync($"← {_tools.GetValueOrDefault(failed.CallId, "tool")} failed: {error}");
                break;
            case ToolApproval asked:
                await talk.WarnAsync($"Tool \"{_tools.GetValueOrDefault(asked.CallId, asked.CallId)}\" waits for an approval{(asked.Reason is { } reason ? $": {reason}" : ".")}");
                break;
            case ToolInput input:
                await talk.WarnAsync($"Tool \"{_tools.GetValueOrDefault(input.CallId, input.CallId)}\" asks for input: {string.Join(" ", input.Input.Questions.Values.Select(question => question.Message))}");
                break;
            case WarningRaised warning:
                BreakLine();
                await talk.WarnAsync(warning.Message, warning.Span, typed);
                break;
            case { IsFinal: true }:
                await EndAsync(happened);
                break;
        }
    }

    private async ValueTask EndAsync(TurnEvent last)
    {
        await talk.HushAsync();
        if (_held.Length > 0) here.Out.Write(Shown(_held.ToString()));
        if (!_endsLine) here.Out.Write('\n');
        await here.Out.FlushAsync();
        if (last is TurnCompleted completed) await talk.NoteAsync(Footer(completed));
    }

    // The answer is the text of all steps, joined by a blank line.
    private void Write(TextDelta said)
    {
        if (said.Text.Length == 0) return;
        if (said.Step != _step) _before = _held.Length;
        var text = _wrote && said.Step != _step ? (_broke ? "\n" : "\n\n") + said.Text : said.Text;
        (_wrote, _step, _endsLine, _broke) = (true, said.Step, text.EndsWith('\n'), false);
        if (style == TurnStyle.AtOnce) _held.Append(text);
        else here.Out.Write(Shown(text));
    }

    /// <summary>A try that broke off is not the answer: its words go where they were not written yet, else a line tells that the answer begins again.</summary>
    private async ValueTask BeginAnewAsync()
    {
        if (style == TurnStyle.AtOnce) _held.Length = _before;
        else if (!_endsLine) here.Out.Write('\n');
        (_step, _endsLine, _wrote, _broke) = (0, true, _before > 0, false);
        await talk.WarnAsync("The answer broke off and is begun anew.");
    }

    private string Shown(string text) => here.OutIsTerminal ? Terminals.Safe(text) : text;

    private async ValueTask NoteAsync(string text)
    {
        BreakLine();
        await talk.NoteLineAsync(text);
    }

    // Where answer and talk share a screen, talk does not begin in the middle of a line. A pipe gets the answer and nothing else.
    private void BreakLine()
    {
        if (_endsLine || style != TurnStyle.Stream || !here.OutIsTerminal || !here.ErrorIsTerminal) return;
        here.Out.Write('\n');
        here.Out.Flush();
        (_endsLine, _broke) = (true, true);
    }

    private string Footer(TurnCompleted completed)
    {
        var (usage, about) = (completed.Usage, completed.Usage.Estimated ? "~" : "");
        var cost = completed.Cost is { } paid ? string.Create(CultureInfo.InvariantCulture, $" · {paid.Amount:0.######} {paid.Currency}") : "";
        var ended = completed.FinishReason == "stop" ? "" : $" · ended by {completed.FinishReason}";
        return $"{_model} · {about}{usage.InputTokens} → {about}{usage.OutputTokens} tokens{cost}{ended} · {completed.Turn} · -c {completed.Conversation}";
    }

    private void WriteJson(TurnEvent happened)
    {
        var line = new ArrayBufferWriter<byte>(256);
        TurnEventJson.WriteData(line, happened);
        here.Out.Write(Encoding.UTF8.GetString(line.WrittenSpan));
        here.Out.Write('\n');
    }
}

/// <summary>How an answer is written.</summary>
internal enum TurnStyle
{
    /// <summary>As the model writes it.</summary>
    Stream,
    /// <summary>At once, when the turn has ended.</summary>
    AtOnce,
    /// <summary>One event a line, as JSON.</summary>
    Events,
}

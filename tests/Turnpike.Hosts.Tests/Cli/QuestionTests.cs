using System.Text.Json;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Events;

namespace Turnpike.Hosts.Tests.Cli;

/// <summary>Questions on the terminal to which nobody gives an answer.</summary>
public sealed class QuestionTests
{
    private static readonly TurnEvent Approval = new ToolApproval { CallId = "c1" };
    private static readonly TurnEvent Form = new ToolInput { CallId = "c1", Input = new() { Questions = new Dictionary<string, InputQuestion> { ["seat"] = new() { Message = "Which seat?", Schema = JsonElement.Parse("{}") } } } };

    [Theory]
    [InlineData(false, "May book be called with {}? [y/N] \n")]
    [InlineData(true, "Which seat?\nAnswer? [y/N] \n")]
    public async Task Ctrl_C_at_a_question_cancels_the_turn_and_reads_on_to_its_end_without_another_key(bool isForm, string asked)
    {
        using var interrupt = new CancellationTokenSource();
        using var keyboard = new SilentKeyboard(interrupt);
        var cancelled = new TaskCompletionSource();
        await using var server = await FakeServer.StartAsync(
            async context =>
            {
                await FakeServer.Events(1, false, FakeServer.Started, FakeServer.Step(1), new ToolCall { CallId = "c1", Name = "book", Arguments = "{}", Step = 1 }, isForm ? Form : Approval, new StepCompleted { Step = 1, FinishReason = "toolCalls", Waiting = ["c1"] })(context);
                await cancelled.Task;
                await FakeServer.SendAsync(context, 6, new TurnCancelled());
            },
            context =>
            {
                context.Response.StatusCode = 202;
                cancelled.SetResult();
                return Task.CompletedTask;
            });
        var ended = await CommandLine.RunAsync(["Book it", "--server", server.Address], interrupt: interrupt, keyboard: keyboard).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal(130, ended.Code);
        Assert.EndsWith(asked, ended.Error, StringComparison.Ordinal);
        Assert.Equal(["POST /api/turns", "POST /api/turns/turn_1/cancel"], server.Requests.Select(one => one.Line));
    }
}

using Turnpike.Pipeline;
using Turnpike.Turns.Events;

namespace Turnpike.Tests.Scenarios;

/// <summary>Who is woken where when a running turn shows an event.</summary>
public sealed class ReadersOfARunningTurn
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private readonly LiveTurn _turn = new("turn_1", "conv_1");
    private int _shown;

    [Fact]
    public async Task A_prompt_reader_has_the_first_text_before_the_turn_goes_on_and_the_text_that_follows_closely_together()
    {
        var read = new List<long>();
        var reading = ReadAsync(new ReaderWake(isPrompt: true, Cancellation), read, 4);
        Show(new TextDelta { Text = "a" });
        Assert.Equal([1L], read);
        Assert.False(reading.IsCompleted);
        Show(new TextDelta { Text = "b" });
        Show(new StepCompleted { Step = 1, FinishReason = "stop" });
        Show(new TextDelta { Text = "c" });
        await reading;
        Assert.Equal([1L, 2, 3, 4], read);
    }

    [Fact]
    public async Task A_reader_that_is_not_prompt_never_holds_up_the_turn()
    {
        var go = new TaskCompletionSource();
        var waiting = _turn.WaitAsync(0, new ReaderWake(isPrompt: false, Cancellation)).AsTask();
        var blocking = waiting.ContinueWith(_ => go.Task.Wait(Cancellation), Cancellation, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        Show(new TextDelta { Text = "a" });
        go.SetResult();
        await blocking;
        Assert.Equal(1, Assert.Single(_turn.After(0)!).Sequence);
    }

    [Fact]
    public async Task Of_two_readers_none_is_served_by_the_turn_itself()
    {
        Task<bool>[] onThePool = [IsOnThePoolAsync(), IsOnThePoolAsync()];
        var turn = new Thread(() => Show(new TextDelta { Text = "a" })); // of no pool
        turn.Start();
        Assert.All(await Task.WhenAll(onThePool), Assert.True);

        async Task<bool> IsOnThePoolAsync()
        {
            await _turn.WaitAsync(0, new ReaderWake(isPrompt: true, Cancellation)).ConfigureAwait(false);
            return Thread.CurrentThread.IsThreadPoolThread;
        }
    }

    [Fact]
    public async Task A_reader_that_leaves_stops_waiting_and_the_others_go_on()
    {
        using var leaves = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var (leaving, staying) = (new ReaderWake(isPrompt: true, leaves.Token), new ReaderWake(isPrompt: true, Cancellation));
        var (left, stayed) = (_turn.WaitAsync(0, leaving).AsTask(), _turn.WaitAsync(0, staying).AsTask());
        await leaves.CancelAsync();
        leaving.Leave();
        leaving.Leave();
        await Assert.ThrowsAsync<OperationCanceledException>(() => left);
        Assert.False(stayed.IsCompleted);
        Show(new TextDelta { Text = "a" });
        await stayed;
        await Assert.ThrowsAsync<OperationCanceledException>(() => _turn.WaitAsync(1, leaving).AsTask());
    }

    [Fact]
    public async Task The_end_of_a_turn_wakes_all_who_wait()
    {
        var waiting = Enumerable.Range(0, 3).Select(_ => _turn.WaitAsync(0, new ReaderWake(isPrompt: true, Cancellation)).AsTask()).ToArray();
        _turn.Release();
        await Task.WhenAll(waiting);
        Assert.True(_turn.WaitAsync(0, new ReaderWake(isPrompt: true, Cancellation)).AsTask().IsCompletedSuccessfully);
    }

    private void Show(TurnEvent happened)
    {
        happened.Place("turn_1", "conv_1", ++_shown, DateTimeOffset.UnixEpoch);
        _turn.Show(happened);
    }

    private async Task ReadAsync(ReaderWake reader, List<long> read, int count)
    {
        while (read.Count < count)
        {
            await _turn.WaitAsync(read.Count, reader).ConfigureAwait(false);
            read.AddRange(_turn.After(read.Count)!.Select(happened => happened.Sequence));
        }
    }
}

using Turnpike.Turns.Recordings;

namespace Turnpike.Tests.Turns;

/// <summary>What is taken down of one exchange with a provider.</summary>
public sealed class RecordedExchanges
{
    [Fact]
    public void What_is_longer_than_the_bound_is_cut_there_and_said_to_be_cut()
    {
        var tape = new ExchangeTape();
        Assert.True(tape.TryBegin("{}"u8, secrets: []));
        tape.Answered(200, "OK", "text/plain", retryAfter: null);
        tape.Heard(new byte[ExchangeTape.MaxBytes - 1]);
        tape.Heard("abc"u8);
        tape.Heard("def"u8);
        tape.Heard([]);
        var taken = tape.Take(2, 3, "a/b")!;
        Assert.Equal((2, 3, true, (long)ExchangeTape.MaxBytes + 5, ExchangeEnding.Whole), (taken.Step, taken.Attempt, taken.Truncated, taken.Bytes, taken.Ending));
        var kept = PackedBytes.Unpack(taken.Response);
        Assert.Equal((ExchangeTape.MaxBytes, (byte)'a'), (kept.Length, kept[^1]));
    }

    [Theory]
    [InlineData(ExchangeTape.MaxBytes + 1, 2, false)]
    [InlineData(2, ExchangeTape.MaxBytes + 1, true)]
    public void Only_an_answer_that_was_cut_ends_before_its_end_when_it_is_played_again(int sent, int heard, bool isCut)
    {
        var tape = new ExchangeTape();
        tape.TryBegin(new byte[sent], secrets: []);
        tape.Answered(400, "Bad Request", "application/json", retryAfter: null);
        tape.Heard(new byte[heard]);
        tape.Heard([]);
        var taken = tape.Take(1, 1, "a/b")!;
        Assert.True(taken.Truncated);
        Assert.Equal(isCut, new RecordedAnswer(taken, _ => { }, () => new InvalidOperationException()).Ending() is IOException);
    }

    [Fact]
    public void Only_the_first_request_of_an_attempt_is_taken_down()
    {
        var tape = new ExchangeTape();
        Assert.True(tape.TryBegin("first"u8, secrets: []));
        Assert.False(tape.TryBegin("second"u8, secrets: []));
        Assert.Equal("first"u8.ToArray(), PackedBytes.Unpack(tape.Take(1, 1, "a/b")!.Request));
    }

    [Fact]
    public void Nothing_sent_is_nothing_kept() => Assert.Null(new ExchangeTape().Take(1, 1, "a/b"));

    [Fact]
    public void A_key_that_comes_in_two_reads_is_taken_out_wherever_it_stands()
    {
        var tape = new ExchangeTape();
        tape.TryBegin("{}"u8, secrets: ["sk-long-key", "long-header"]);
        tape.Answered(401, "No long-header here", "text/plain", retryAfter: null);
        tape.Heard("sk-long-key and sk-lo"u8);
        tape.Heard("ng-key, long-header."u8);
        var taken = tape.Take(1, 1, "a/b")!;
        Assert.Equal(("••• and •••, •••.", "No ••• here"), (System.Text.Encoding.UTF8.GetString(PackedBytes.Unpack(taken.Response)), taken.Reason));
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Turnpike.Hosts.Tests.Server;
using static Microsoft.Playwright.Assertions;

namespace Turnpike.Hosts.Tests.Page;

/// <summary>The figures of the page in bench/README.md. They say nothing on a busy machine, so they run only when they are asked for: <c>-explicit only -class "*MeasuringThePage" -showLiveOutput</c>.</summary>
[Collection(InChromium.Name)]
public sealed class MeasuringThePage(Chromium chromium)
{
    private const string Frames = """
        () => {
          window.frames_ = []
          const next = (now) => { window.frames_.push(now); window.frame_ = requestAnimationFrame(next) }
          window.frame_ = requestAnimationFrame(next)
        }
        """;

    private const string Smoothness = """
        () => {
          cancelAnimationFrame(window.frame_)
          const gaps = window.frames_.slice(1).map((now, n) => now - window.frames_[n]).toSorted((a, b) => a - b)
          const seconds = (window.frames_.at(-1) - window.frames_[0]) / 1000
          return `${(gaps.length / seconds).toFixed(1)} frames a second over ${seconds.toFixed(1)} s; of ${gaps.length} gaps median ${gaps[gaps.length >> 1].toFixed(0)} ms, 95 % ${gaps[Math.floor(gaps.length * .95)].toFixed(0)} ms, longest ${gaps.at(-1).toFixed(0)} ms, ${gaps.filter((gap) => gap > 34).length} beyond 34 ms`
        }
        """;

    [Fact(Explicit = true)]
    public async Task How_soon_the_box_takes_keys()
    {
        await using var server = new RunningServer();
        for (var visits = 0; visits < 4; visits++)
        {
            await using var visit = await chromium.VisitAsync(server, "/health/live");
            await visit.Page.AddInitScriptAsync("""
                const seen = (name) => { if (!window[name]) window[name] = performance.now() }
                new MutationObserver(() => {
                  if (document.querySelector('[aria-label="Write a message"]')) seen('box_')
                  if (document.querySelector('.cm-content')) seen('editor_')
                }).observe(document, { childList: true, subtree: true })
                """);
            for (var times = 0; times < 2; times++)
            {
                await visit.Page.GotoAsync("/");
                await Expect(visit.Page.Locator(".cm-content")).ToBeVisibleAsync();
                Tell($"visit {visits}, {(times == 0 ? "nothing kept by the browser" : "once more")}: a box after {await visit.Page.EvaluateAsync<double>("() => window.box_"):F0} ms, with triggers painted after {await visit.Page.EvaluateAsync<double>("() => window.editor_"):F0} ms; {await visit.Page.EvaluateAsync<string>("() => performance.getEntriesByType('resource').map(one => `${one.name.split('/').pop().slice(0, 24)} ${one.startTime.toFixed(0)}-${one.responseEnd.toFixed(0)}`).join(', ')")}");
            }
        }
    }

    [Theory(Explicit = true)]
    [InlineData(5_000, 450)]
    [InlineData(200_000, 20_000)]
    public async Task How_smoothly_an_answer_is_drawn(int length, int perSecond)
    {
        await using var server = new RunningServer();
        var said = new TaskCompletionSource();
        server.Model.Answers((_, stop) => PacedAsync(length, perSecond, said, stop));
        await using var visit = await chromium.VisitAsync(server);
        await Expect(visit.Page.Locator(".cm-content")).ToBeVisibleAsync();
        await visit.SayAsync("Tell me all");
        await visit.SeesAsync("Section 1");
        var profiler = await visit.Page.Context.NewCDPSessionAsync(visit.Page);
        var isProfiled = Environment.GetEnvironmentVariable("TURNPIKE_PROFILE") is { Length: > 0 };
        if (isProfiled)
        {
            await profiler.SendAsync("Profiler.enable");
            await profiler.SendAsync("Profiler.start");
        }
        await visit.Page.EvaluateAsync(Frames);
        await said.Task; // asking the browser meanwhile would cost more than drawing
        await Task.Delay(500, TestContext.Current.CancellationToken);
        Tell($"{length} characters at {perSecond} a second: {await visit.Page.EvaluateAsync<string>(Smoothness)}");
        if (isProfiled) await File.WriteAllTextAsync(Environment.GetEnvironmentVariable("TURNPIKE_PROFILE")!, (await profiler.SendAsync("Profiler.stop"))!.Value.GetProperty("profile").GetRawText(), TestContext.Current.CancellationToken);
        await visit.SeesAsync("The very end.");
        visit.IsClean();
    }

    [Fact(Explicit = true)]
    public async Task How_long_a_key_waits_beside_2000_turns_and_a_running_stream()
    {
        await using var server = new RunningServer();
        var id = await LongConversations.LongOneAsync(server, 2000);
        server.Model.Answers((_, stop) => PacedAsync(20_000, 2_000, new(), stop));
        await using var visit = await chromium.VisitAsync(server, "/conversations/" + id);
        await visit.SeesAsync("Answer 2000");
        Tell("a key beside 2000 turns: " + await TypingAsync(visit));
        await visit.Page.Keyboard.PressAsync("Enter");
        await visit.SeesAsync("Section 1");
        Tell("a key beside 2000 turns and a running stream: " + await TypingAsync(visit));
        visit.IsClean();
    }

    private static async Task<string> TypingAsync(Visit visit)
    {
        await visit.Page.EvaluateAsync("""
            () => {
              window.waits = []
              window.addEventListener('keydown', (event) => requestAnimationFrame(() => setTimeout(() => window.waits.push(performance.now() - event.timeStamp))), { capture: true })
            }
            """);
        await visit.Page.Locator(".trigger-editor .cm-content").ClickAsync();
        foreach (var letter in "the quick brown fox jumps over the lazy dog") await visit.Page.Keyboard.TypeAsync(letter.ToString(), new() { Delay = 15 });
        return await visit.Page.EvaluateAsync<string>("() => { const all = window.waits.toSorted((a, b) => a - b); return `median ${all[all.length >> 1].toFixed(0)} ms, longest ${all.at(-1).toFixed(0)} ms of ${all.length}` }");
    }

    /// <summary>Text of all kinds at an even pace, in pieces of about a token.</summary>
    private static async IAsyncEnumerable<ChatResponseUpdate> PacedAsync(int length, int perSecond, TaskCompletionSource said, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var sent = 0;
        var section = 0;
        var pending = "";
        while (sent < length)
        {
            for (var due = Math.Min(length, (int)(clock.Elapsed.TotalSeconds * perSecond)); sent < due;)
            {
                if (pending.Length == 0) pending = Section(++section);
                var piece = pending[..Math.Min(5, pending.Length)];
                pending = pending[piece.Length..];
                sent += piece.Length;
                yield return new(ChatRole.Assistant, piece);
            }
            await Task.Delay(5, cancellationToken);
        }
        yield return new(ChatRole.Assistant, pending + "\n\nThe very end.") { FinishReason = ChatFinishReason.Stop };
        said.TrySetResult();
    }

    private static string Section(int n) => string.Create(CultureInfo.InvariantCulture, $"""
        ## Section {n}

        A paragraph with **strong** and *soft* words, some `code`, a [link](https://example.org) and enough of everything to run over two lines of the page, as answers do.

        - first of {n}
        - second of {n}, with `names`
        - third of {n}

        ```csharp
        var section = new Section({n});
        foreach (var line in section.Lines) Console.WriteLine(line);
        ```

        | a | b |
        |---|---|
        | {n} | {n * 2} |


        """);

    private static void Tell(string figure) => TestContext.Current.TestOutputHelper!.WriteLine(figure);
}

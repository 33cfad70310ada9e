using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Turnpike.Hosts.Tests.Chaos;

/// <summary>Reads a turn to its end from whichever node answers, going on behind the last event it has, and insists on numbers without a gap or a repeat.</summary>
internal sealed class ChaosReader(IReadOnlyList<ServerProcess> nodes, string turn)
{
    private readonly StringBuilder _text = new();
    private readonly List<(long At, int Length)> _heard = [];
    private int _empty;
    private long _was;

    public long Last { get; private set; }
    public string Ending { get; private set; } = "";
    public string Text => _text.ToString();
    public int Calls { get; private set; }
    public int Results { get; private set; }

    /// <summary>Results that say that nobody knows.</summary>
    public int Unknown { get; private set; }

    /// <summary>What it had heard this long before the last it heard: a kill must not have taken it.</summary>
    public string TextBefore(TimeSpan last) => Text[.._heard.LastOrDefault(heard => Stopwatch.GetElapsedTime(heard.At, _heard[^1].At) >= last).Length];

    public async Task<ChaosReader> ReadAsync(CancellationToken cancellationToken)
    {
        for (var tries = Random.Shared.Next(nodes.Count); Ending.Length == 0; tries++)
        {
            try
            {
                await FollowAsync(nodes[tries % nodes.Count], cancellationToken);
                _empty = Ending.Length == 0 && Last == _was ? _empty + 1 : 0;
                _was = Last;
                Assert.True(_empty < 20, $"{turn}: twenty streams in a row ended without the end of the turn, after {Last}");
            }
            catch (Exception gone) when (gone is HttpRequestException or IOException)
            {
                await Task.Delay(100, cancellationToken); // the node was killed
            }
        }
        return this;
    }

    private async Task FollowAsync(ServerProcess node, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(await node.Client.GetStreamAsync($"/api/turns/{turn}/events?after={Last.ToString(CultureInfo.InvariantCulture)}", cancellationToken));
        var (type, before) = ("", Last);
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.StartsWith("id: ", StringComparison.Ordinal))
            {
                var number = long.Parse(line.AsSpan(4), CultureInfo.InvariantCulture);
                Assert.True(number == Last + 1, $"{turn}: {number} after {Last}, of which {Last - before} came on this connection");
                Last = number;
            }
            if (line.StartsWith("event: ", StringComparison.Ordinal)) type = line[7..];
            if (!line.StartsWith("data: ", StringComparison.Ordinal)) continue;
            if (type == "tool.call") Calls++;
            if (type == "tool.result" && JsonDocument.Parse(line[6..]).RootElement.TryGetProperty("error", out _)) Unknown++;
            else if (type == "tool.result") Results++;
            if (type == "text.delta")
            {
                _text.Append(JsonDocument.Parse(line[6..]).RootElement.GetProperty("text").GetString());
                _heard.Add((Stopwatch.GetTimestamp(), _text.Length));
            }
            if (type is "turn.completed" or "turn.failed" or "turn.cancelled" or "turn.interrupted") Ending = type;
        }
    }
}

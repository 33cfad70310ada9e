using System.Text.Json;
using System.Text.Json.Nodes;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;
using Turnpike.Turns.Imports;

namespace Turnpike.Tests.Imports;

/// <summary>Files of conversations in which one value, wherever it stands, is of a kind that nobody expects: they are read or refused, and break nothing.</summary>
public sealed class OddImports
{
    private static readonly string[] Odd = ["null", "-1.5", "[7, {}]", """{"id": [1]}"""];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_LiteChat() => Assert.Empty(await BrokenAsync(LiteChatImports.Export));

    [Fact]
    public async Task Of_AI_Matrx() => Assert.Empty(await BrokenAsync("""{"runs":[{"id":"r1","source_type":"prompt","source_id":"p9","name":"Guide","messages":[{"role":"system","content":"Guide to {{city}}."},{"role":"user","content":"Hi"},{"role":"assistant","content":"Hello"}],"settings":{"model_id":"gpt-5","temperature":0.2},"variable_values":{"city":"Oslo"},"status":"active","total_tokens":30,"created_at":"2026-01-01T00:00:00Z"}]}""", """{"id":"r1","source_type":"prompt","source_id":"p9","name":"Guide","messages":[{"role":"user","content":"Hi"}],"settings":{"model_id":"gpt-5"},"variable_values":{"city":"Oslo"},"created_at":"2026-01-01T00:00:00Z"}"""));

    [Fact]
    public async Task Of_our_own()
    {
        await using var road = new Road();
        road.Model.Calls("current_time").Says("It is noon.");
        var turn = await road.RunAsync(new TurnRequest
        {
            Content = "one",
            Tools = ["current_time"],
            Resources = [new() { Kind = "image", Data = "iVBORw0KGgo=", MediaType = "image/png" }, new() { Kind = "note", Text = new string('n', 5000), Policy = ResourcePolicy.Sticky }],
        });
        using var stream = new MemoryStream();
        await using (var writer = new Utf8JsonWriter(stream)) await road.Get<ConversationExport>().WriteJsonAsync(writer, await road.ConversationAsync(turn.Conversation), Cancellation);
        Assert.Empty(await BrokenAsync(System.Text.Encoding.UTF8.GetString(stream.ToArray())));
    }

    private static async Task<List<string>> BrokenAsync(params string[] files)
    {
        var broken = new List<string>();
        foreach (var file in files)
        {
            await using var road = new Road();
            foreach (var path in Paths(JsonNode.Parse(file)!, []))
                foreach (var odd in Odd)
                    if (await BrokenAsync(road, With(JsonNode.Parse(file)!, path, odd)) is { } error) broken.Add($"{string.Join('.', path)} = {odd}: {error}");
        }
        return broken;
    }

    private static async Task<string?> BrokenAsync(Road road, string json)
    {
        try
        {
            using var file = JsonDocument.Parse(json);
            await road.Get<ConversationImport>().RunAsync(file.RootElement, dryRun: true, null, Cancellation);
            return null;
        }
        catch (TurnException refused) when (refused.Code is TurnErrorCode.RequestInvalid or TurnErrorCode.ParameterInvalid or TurnErrorCode.ParameterUnknown)
        {
            return null;
        }
        catch (Exception error)
        {
            return $"{error.GetType().Name} {error.Message} {error.StackTrace?.Split('\n')[0]}";
        }
    }

    private static string With(JsonNode file, IReadOnlyList<object> path, string odd)
    {
        var parent = path.SkipLast(1).Aggregate(file, (node, step) => step is int index ? node[index]! : node[(string)step]!);
        if (path[^1] is int at) parent[at] = JsonNode.Parse(odd);
        else parent[(string)path[^1]] = JsonNode.Parse(odd);
        return file.ToJsonString();
    }

    private static IEnumerable<IReadOnlyList<object>> Paths(JsonNode? node, IReadOnlyList<object> here)
    {
        IEnumerable<(object Step, JsonNode? Node)> below = node switch
        {
            JsonObject members => members.Select(member => ((object)member.Key, member.Value)),
            JsonArray items => items.Select((item, i) => ((object)i, item)),
            _ => [],
        };
        foreach (var (step, child) in below)
        {
            IReadOnlyList<object> path = [.. here, step];
            yield return path;
            foreach (var deeper in Paths(child, path)) yield return deeper;
        }
    }
}

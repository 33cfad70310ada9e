using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Imports;
using Turnpike.Turns.Settings;
using Turnpike.Turns.Stores;

namespace Turnpike.Tests.Imports;

/// <summary>What other programs write is taken as far as it says something, and nobody brings along what they may not make by hand.</summary>
public sealed class WhatImportsTake
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static async Task<ImportReport> ImportAsync(Road road, string json)
    {
        using var file = JsonDocument.Parse(json);
        return await road.Get<ConversationImport>().RunAsync(file.RootElement, false, null, Cancellation);
    }

    private static async Task<Turn> TurnOfAsync(Road road, string interaction, string id = "i1")
    {
        var report = await ImportAsync(road, $$$"""{"conversation":{"id":"c1","title":"T","createdAt":"2026-01-01T10:00:00Z"},"interactions":[{"id":"{{{id}}}","conversationId":"c1","index":0,"type":"message.user_assistant","status":"COMPLETED","startedAt":"2026-01-01T10:00:00Z",{{{interaction}}}}]}""");
        return (await road.Get<ITurnStore>().FindAsync(report.Items.Single(item => item.Kind == "interaction").Id!, Cancellation))!;
    }

    [Fact]
    public async Task Half_a_character_becomes_the_sign_for_what_cannot_be_read_and_whole_ones_stay()
    {
        await using var road = new Road();
        var turn = await TurnOfAsync(road, """
            "prompt":{"content":"cut \ud83d","parameters":{},"metadata":{}},"response":"\ude42 then \ud83d\ude42 and \\ud83d \ud83d\n end","metadata":{}
            """);
        Assert.Equal(("cut \ufffd", "\ufffd then 🙂 and \\ud83d \ufffd\n end"), (turn.Content, turn.Answer));
    }

    [Fact]
    public async Task A_file_that_is_no_UTF8_is_refused()
    {
        await using var road = new Road();
        var bytes = Encoding.Latin1.GetBytes("""{"conversation":{"id":"c1","title":"Möwe"},"interactions":[]}""");
        using var file = JsonDocument.Parse(bytes);
        var refused = await Assert.ThrowsAsync<TurnException>(() => road.Get<ConversationImport>().RunAsync(file.RootElement, false, null, Cancellation));
        Assert.Equal(TurnErrorCode.RequestInvalid, refused.Code);
        Assert.Contains("UTF-8", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_of_an_image_that_is_none_stays_text()
    {
        await using var road = new Road();
        var turn = await TurnOfAsync(road, """
            "prompt":{"content":"q"},"response":"Write data:image/png;base64,ABC or ![a](data:image/png;base64,iVBORw0KGgo=).","metadata":{}
            """);
        var parts = turn.Messages[^1].Contents;
        Assert.Equal("Write data:image/png;base64,ABC or .", turn.Answer);
        Assert.Equal(3, parts.Count);
        Assert.Equal("Write data:image/png;base64,ABC or ", Assert.IsType<TextContent>(parts[0]).Text);
    }

    [Fact]
    public async Task A_long_answer_full_of_beginnings_of_images_is_read()
    {
        await using var road = new Road();
        var turn = await TurnOfAsync(road, $$$"""
            "prompt":{"content":"q"},"response":"{{{string.Concat(Enumerable.Repeat("![", 300_000))}}}{{{new string('a', 300_000)}}}","metadata":{}
            """);
        Assert.Equal(900_000, turn.Answer.Length);
    }

    [Theory]
    [InlineData("1e18")]
    [InlineData("-1e300")]
    [InlineData("1e300")]
    public async Task A_time_that_nothing_takes_is_no_time(string took)
    {
        await using var road = new Road();
        var turn = await TurnOfAsync(road, $$$"""
            "prompt":{"content":"q"},"response":"a","metadata":{"generationTime":{{{took}}}}
            """);
        Assert.Equal(turn.CreatedAt, turn.EndedAt);
    }

    [Theory]
    [InlineData(Scopes.Conversations, false)]
    [InlineData(Scopes.PromptsWrite, true)]
    public async Task A_rule_that_is_on_for_everybody_comes_along_only_with_a_key_that_may_write_rules(string scope, bool may)
    {
        const string File = """{"version":1,"rules":[{"id":"r1","name":"House","content":"No jargon.","type":"system","alwaysOn":true}],"conversations":[],"interactions":[]}""";
        await using var road = new Road();
        var key = new AccessKey { Id = "key_1", Name = "mine", Prefix = "tp_x", Scopes = [Scopes.Conversations, scope], CreatedAt = DateTimeOffset.UnixEpoch };
        using (KeyScope.Enter(key))
        {
            if (may) await ImportAsync(road, File);
            else Assert.Contains("prompts:write", (await Assert.ThrowsAsync<TurnException>(() => ImportAsync(road, File))).Message, StringComparison.Ordinal);
        }
        Assert.Equal(may ? 1 : 0, (await road.Get<ISettingsStore>().AlwaysOnAsync(Cancellation)).Count);
    }
}

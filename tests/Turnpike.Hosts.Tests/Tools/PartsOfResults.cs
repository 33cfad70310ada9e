using Microsoft.Extensions.AI;

namespace Turnpike.Hosts.Tests.Tools;

/// <summary>Nothing of what a tool server answers is dropped in silence.</summary>
public sealed class PartsOfResults
{
    private static async Task<object?> ReadAsync(string result)
    {
        await using var rough = new RoughToolServer($"[{RoughToolServer.Tool("tool")}]", (exchange, asked) => RoughToolServer.ResultAsync(exchange, asked, result));
        await using var server = await RoughTools.WithAsync(rough.Entry);
        server.Model.Calls("tool").Says("ok");
        await server.TurnAsync(new { content = "Go", tools = new[] { "tool" } });
        return server.Model.Last.Messages[^1].Contents.OfType<FunctionResultContent>().Single().Result;
    }

    private static string Said(AIContent part) => part is TextContent text ? text.Text : $"({((DataContent)part).MediaType})";

    [Theory]
    [InlineData("""{"content":[{"type":"text","text":""}],"structuredContent":{"rows":[1,2]}}""", """{"rows":[1,2]}""")]
    [InlineData("""{"content":[],"structuredContent":{"rows":[1,2]}}""", """{"rows":[1,2]}""")]
    [InlineData("""{"content":[{"type":"text","text":"Two rows."}],"structuredContent":{"rows":[1,2]}}""", "Two rows.")]
    [InlineData("""{"content":[]}""", "")]
    [InlineData("""{"content":[{"type":"image","data":"AQID","mimeType":"image/png"}],"isError":true}""", "\"tool\" failed: [image/png, left out: what tells of a failure is text]")]
    [InlineData("""{"content":[{"type":"text","text":"It broke."},{"type":"image","data":"AQID","mimeType":"image/png"}],"isError":true}""", "\"tool\" failed: It broke.\n[image/png, left out: what tells of a failure is text]")]
    [InlineData("""{"content":[],"structuredContent":{"code":7},"isError":true}""", "\"tool\" failed: {\"code\":7}")]
    [InlineData("""{"content":[],"isError":true}""", "\"tool\" failed: The tool says that it failed.")]
    [InlineData("""{"content":[{"type":"text","text":"Look:"},{"type":"image","data":"!!notbase64","mimeType":"image/png"}]}""", "Look:\n[image, left out: its data is no base64, or its type none]")]
    public async Task A_result_of_words_is_text(string result, string read) => Assert.Equal(read, (await ReadAsync(result))?.ToString());

    [Theory]
    [InlineData("""{"content":[{"type":"image","data":"!!notbase64","mimeType":"image/png"},{"type":"image","data":"AQID","mimeType":"image/png"},{"type":"audio","data":"AQID","mimeType":"none"}]}""", new[] { "[image, left out: its data is no base64, or its type none]", "(image/png)", "[audio, left out: its data is no base64, or its type none]" })]
    [InlineData("""{"content":[{"type":"image","data":"AQID","mimeType":"image/png"}],"structuredContent":{"rows":[1,2]}}""", new[] { "(image/png)", """{"rows":[1,2]}""" })]
    [InlineData("""{"content":[{"type":"text","text":"Drawn."},{"type":"image","data":"AQID","mimeType":"image/png"}],"structuredContent":{"rows":[1,2]}}""", new[] { "Drawn.", "(image/png)" })]
    public async Task A_result_with_media_is_all_its_parts(string result, string[] read) => Assert.Equal(read, Assert.IsAssignableFrom<IEnumerable<AIContent>>(await ReadAsync(result)).Select(Said));
}

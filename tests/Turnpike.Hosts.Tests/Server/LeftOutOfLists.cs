namespace Turnpike.Hosts.Tests.Server;

/// <summary>What is not to be stored leaves no conversation in the list.</summary>
public sealed class LeftOutOfLists
{
    private static async Task<int> ListedAsync(RunningServer server) => (await server.GetJsonAsync("/api/conversations")).GetProperty("data").GetArrayLength();

    [Fact]
    public async Task Completions_that_are_not_stored_change_no_list_and_count_in_the_usage()
    {
        await using var server = new RunningServer();
        await server.TurnAsync(new { content = "Kept" });
        for (var i = 0; i < 3; i++)
        {
            using var answer = await server.PostAsync("/v1/chat/completions", new { model = "test/model", messages = new[] { new { role = "user", content = "Hi" } } });
            Assert.Equal(200, (int)answer.StatusCode);
        }
        Assert.Equal(1, await ListedAsync(server));
        Assert.Equal(4, (await server.GetJsonAsync("/api/usage")).GetProperty("total").GetProperty("turns").GetInt32());

        var conversation = (await server.TurnAsync(new { content = "Hi", store = false })).GetProperty("conversation").GetString();
        Assert.Equal(1, await ListedAsync(server));
        await server.TurnAsync(new { content = "Keep this", conversation });
        Assert.Equal(2, await ListedAsync(server));
    }

    [Fact]
    public async Task A_response_that_is_deleted_takes_its_conversation_from_the_list()
    {
        await using var server = new RunningServer();
        var response = await server.JsonAsync(await server.PostAsync("/v1/responses", new { model = "test/model", input = "Hi" }));
        Assert.Equal(1, await ListedAsync(server));
        using var deleted = await server.SendAsync(HttpMethod.Delete, "/v1/responses/" + response.GetProperty("id").GetString());
        Assert.Equal(200, (int)deleted.StatusCode);
        Assert.Equal(0, await ListedAsync(server));
    }
}

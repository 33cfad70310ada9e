using System.Text.Json;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Turns.Stores;

namespace Turnpike.Hosts.Tests.Compatible;

/// <summary>The items of a long conversation in pages.</summary>
public sealed class PagesOfItems
{
    private static string[] Ids(JsonElement page) => [.. page.GetProperty("data").EnumerateArray().Select(item => item.Text("id")!)];

    [Fact]
    public async Task Only_the_logs_of_the_turns_on_a_page_are_read()
    {
        Counted? log = null;
        await using var server = new RunningServer(services => Counted.Before<ITurnLog>(services, made => log = made));
        var id = (await server.AnswerAsync("/v1/conversations", "{}")).Text("id");
        for (var i = 0; i < 12; i++) await server.AnswerAsync("/v1/responses", $$"""{"model":"test/model","conversation":"{{id}}","input":"Question {{i}}"}""");
        await server.AnswerAsync($"/v1/conversations/{id}/items", """{"items":[{"role":"user","content":"Given."},{"role":"assistant","content":"Kept."}]}""");
        var path = $"/v1/conversations/{id}/items";
        var all = Ids(await server.GetJsonAsync(path + "?order=asc&limit=100"));
        Assert.Equal(26, all.Length);

        foreach (var order in (string[])["asc", "desc"])
        {
            var (found, after) = (new List<string>(), "");
            for (var isMore = true; isMore;)
            {
                log!.Forget();
                var page = await server.GetJsonAsync($"{path}?order={order}&limit=5{after}");
                Assert.InRange(log.Of(nameof(ITurnLog.ReadAsync)), 0, 5);
                found.AddRange(Ids(page));
                Assert.Equal((Ids(page)[0], Ids(page)[^1]), (page.Text("first_id"), page.Text("last_id")));
                (isMore, after) = (page.GetProperty("has_more").GetBoolean(), "&after=" + page.Text("last_id"));
            }
            Assert.Equal(order == "asc" ? all : all.Reverse(), found);
        }
        var last = await server.GetJsonAsync($"{path}?limit=26");
        Assert.False(last.GetProperty("has_more").GetBoolean());

        log!.Forget();
        Assert.Equal(all[5], (await server.GetJsonAsync($"{path}/{all[5]}")).Text("id"));
        Assert.InRange(log.Of(nameof(ITurnLog.ReadAsync)), 1, 2);
        using (await server.SendAsync(HttpMethod.Delete, $"{path}/{all[5]}")) Assert.Equal(all.Where(item => item != all[5]), Ids(await server.GetJsonAsync(path + "?order=asc&limit=100")));
        foreach (var gone in (string[])[all[5], "msg_none_0", "x"])
        {
            using var refused = await server.SendAsync(HttpMethod.Get, $"{path}?after={gone}");
            Assert.Equal((400, "after"), await FaceCalls.ErrorAsync(refused) is var error ? (error.Status, error.Param) : default);
            using var missing = await server.SendAsync(HttpMethod.Get, $"{path}/{gone}");
            Assert.Equal(404, (int)missing.StatusCode);
        }
    }
}

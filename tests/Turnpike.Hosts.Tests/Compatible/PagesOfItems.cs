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
            using var behind = await server.SendAsync(HttpMethod.Get, $"{path}?after={gone}");
            if (gone == all[5]) Assert.Equal(200, (int)behind.StatusCode);
            else Assert.Equal((400, "after"), await FaceCalls.ErrorAsync(behind) is var error ? (error.Status, error.Param) : default);
            using var missing = await server.SendAsync(HttpMethod.Get, $"{path}/{gone}");
            Assert.Equal(404, (int)missing.StatusCode);
        }
    }

    [Theory]
    [InlineData("asc")]
    [InlineData("desc")]
    public async Task Who_deletes_what_a_page_shows_goes_on_behind_it(string order)
    {
        await using var server = new RunningServer();
        var conversation = (await server.AnswerAsync("/v1/conversations", """{"items":[{"role":"user","content":"m0"},{"role":"user","content":"m1"},{"role":"user","content":"m2"}]}""")).Text("id");
        await server.AnswerAsync($"/v1/conversations/{conversation}/items", """{"items":[{"role":"user","content":"m3"},{"role":"user","content":"m4"}]}""");
        for (var n = 0; n < 3; n++) await server.AnswerAsync("/v1/chat/completions", """{"model":"test/model","store":true,"messages":[{"role":"user","content":"Hi"}]}""");
        foreach (var (path, count) in new[] { ($"/v1/conversations/{conversation}/items", 5), ("/v1/chat/completions", 3) })
        {
            var (deleted, after) = (0, "");
            for (var isMore = true; isMore;)
            {
                var page = await server.GetJsonAsync($"{path}?limit=2&order={order}{after}");
                foreach (var row in page.GetProperty("data").EnumerateArray())
                {
                    using var gone = await server.SendAsync(HttpMethod.Delete, $"{path}/{row.Text("id")}");
                    if (gone.IsSuccessStatusCode) deleted++;
                }
                (isMore, after) = (page.GetProperty("has_more").GetBoolean(), "&after=" + page.Text("last_id"));
            }
            Assert.Equal(count, deleted);
            Assert.Empty((await server.GetJsonAsync(path)).GetProperty("data").EnumerateArray());
        }
    }
}

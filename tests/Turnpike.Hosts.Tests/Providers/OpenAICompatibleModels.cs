using Turnpike.Providers.OpenAICompatible;
using Turnpike.Turns;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Hosts.Tests.Providers;

public sealed class OpenAICompatibleModels
{
    [Fact]
    public async Task What_it_is_given_never_shows_in_an_error_and_neither_does_a_name_and_password_in_its_address()
    {
        await using var echoing = RawServer.Answering("401 No hdr-secret-999", """{"error":"no good: hdr-secret-999"}""");
        await using var silent = RawServer.Answering("500 No hdr-secret-999", "");
        await using var near = RawServer.Answering("307 Temporary Redirect", "", "Location: /hdr-secret-999/v2\r\n");
        await using var moving = RawServer.Answering("307 Temporary Redirect", "", "Location: http://ann:hdr-secret-999@h/\r\n");
        foreach (var address in (Uri[])[echoing.Url, silent.Url, near.Url, moving.Url, RawServer.Nobody()])
        {
            using var provider = new OpenAICompatibleProvider(new() { Name = "s", BaseUrl = new UriBuilder(address) { UserName = "ann", Password = "pass-secret-999" }.Uri, Headers = new Dictionary<string, string> { ["X-Auth"] = "Token hdr-secret-999" } });
            var error = await Assert.ThrowsAsync<TurnException>(() => provider.ListAsync(TestContext.Current.CancellationToken));
            Assert.DoesNotContain("secret-999", error.Message, StringComparison.Ordinal);
            Assert.Contains(error.Code == TurnErrorCode.ProviderUnreachable ? $"at {address.ToString().TrimEnd('/')}:" : "•••", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Models_are_listed_by_id_under_the_providers_name()
    {
        await using var server = RawServer.Answering("200 OK", """{"object":"list","data":[{"id":"zeta"},{"id":"meta/alpha","created":1},{"nothing":1},null,"text",{"id":"zeta"}]}""");

        var models = await ListAsync(server);

        Assert.Equal(["box/meta/alpha", "box/zeta"], models.Select(model => model.Id));
        Assert.All(models, model => Assert.Equal("box", model.Provider));
        Assert.Equal(("GET", "/v1/models"), (server.Request.Method, server.Request.Path));
    }

    [Fact]
    public async Task Half_a_character_costs_a_name_that_nobody_could_ask_for_and_no_other()
    {
        await using var server = RawServer.Answering("200 OK", """{"data":[{"id":"a\ud83d"},{"id":"b","name":"Be \ud83d","architecture":{"input_modalities":["text\ude00"]}},{"id":"c\ud83d\ude00"}]}""");

        var models = await ListAsync(server);

        Assert.Equal(["box/b", "box/c😀"], models.Select(model => model.Id));
        Assert.Equal(("Be \uFFFD", "text\uFFFD"), (models[0].DisplayName, Assert.Single(models[0].Input!)));
    }

    [Theory]
    [InlineData("""{"data":[{"id":"a","context_length":4096}]}""")]
    [InlineData("""{"data":[{"id":"a","context_window":4096}]}""")]
    [InlineData("""{"data":[{"id":"a","max_model_len":4096}]}""")]
    [InlineData("""{"data":[{"id":"a","meta":{"n_ctx_train":4096}}]}""")]
    [InlineData("""{"models":[{"name":"a","max_context_length":4096}]}""")]
    [InlineData("""[{"id":"a","context_length":4096}]""")]
    public async Task The_window_is_found_under_every_name(string body)
    {
        await using var server = RawServer.Answering("200 OK", body);

        var model = Assert.Single(await ListAsync(server));

        Assert.Equal(("box/a", 4096), (model.Id, model.ContextWindow!.Value));
    }

    [Fact]
    public async Task What_a_server_tells_of_a_model_is_kept()
    {
        await using var server = RawServer.Answering("200 OK", """{"data":[{"id":"a","name":"Model A","architecture":{"input_modalities":["text","image"]},"supported_parameters":["tools"],"pricing":{"prompt":"0.0000025","completion":"0.00001","input_cache_read":"0.00000125"}}]}""");

        var model = Assert.Single(await ListAsync(server));

        Assert.Equal(("Model A", true), (model.DisplayName, model.Tools));
        Assert.Equal(["text", "image"], model.Input!);
        Assert.Equal(new ModelPrice { Input = 2.5m, Output = 10m, CachedInput = 1.25m }, model.Price);
    }

    [Fact]
    public async Task A_list_that_is_none_is_an_error()
    {
        await using var server = RawServer.Answering("200 OK", "<html>", "Content-Type: text/html\r\n");

        Assert.Equal(TurnErrorCode.ProviderRefused, (await Assert.ThrowsAsync<TurnException>(() => ListAsync(server))).Code);
    }

    [Fact]
    public async Task An_unreachable_server_is_an_error()
    {
        using var provider = new OpenAICompatibleProvider(new() { Name = "box", BaseUrl = RawServer.Nobody() });

        Assert.Equal(TurnErrorCode.ProviderUnreachable, (await Assert.ThrowsAsync<TurnException>(() => provider.ListAsync(TestContext.Current.CancellationToken))).Code);
    }

    private static async Task<IReadOnlyList<ModelInfo>> ListAsync(RawServer server)
    {
        using var provider = new OpenAICompatibleProvider(new() { Name = "box", BaseUrl = new(server.Url, "v1") });
        return await provider.ListAsync(TestContext.Current.CancellationToken);
    }
}

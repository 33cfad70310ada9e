using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Hosts.Tests.Storage;
using Turnpike.Turns.Access;
using Turnpike.Turns.Stores;

namespace Turnpike.Hosts.Tests.Access;

/// <summary>What a prompt writes into messages from secret variables is sent exactly, now and later, and kept and shown as masks.</summary>
public sealed class SecretsInTurns
{
    private const string Secret = "hunter2 & more";

    private static readonly object Vault = new
    {
        key = "vault",
        messages = new[] { new { role = "system", content = "Be brief." }, new { role = "user", content = "An example of {{key}}." }, new { role = "assistant", content = "Yes, {{key}}." }, new { role = "user", content = "Open with {{key}} ••• {{key}}: {{input}}" } },
        variables = new[] { new { name = "key", type = "string", secret = true } },
    };

    private static readonly string[] Sent = ["system: Be brief.", $"user: An example of {Secret}.", $"assistant: Yes, {Secret}.", $"user: Open with {Secret} ••• {Secret}: Go"];

    [Fact]
    public async Task Are_sent_again_on_later_turns_after_a_restart_and_after_the_variable_is_gone()
    {
        var folder = TestFolder.New();
        string conversation;
        await using (var server = new RunningServer(null, ("TURNPIKE_DATA", folder)))
        {
            await server.PostAsync("/api/prompts", Vault);
            var turn = await server.TurnAsync(new { prompt = "vault", content = "Go", variables = new { key = Secret } });
            Assert.Equal(Sent, server.Model.Last.Transcript);
            conversation = turn.GetProperty("conversation").GetString()!;
            Assert.DoesNotContain("hunter2", turn.GetRawText(), StringComparison.Ordinal);
            Assert.Contains("Open with ••• ••• •••: ", turn.GetRawText(), StringComparison.Ordinal);
            Assert.DoesNotContain("sealed", turn.GetRawText(), StringComparison.Ordinal);
            using var changed = await server.SendAsync(HttpMethod.Patch, $"/api/conversations/{conversation}/variables", """{"key":"another"}""");
            Assert.True(changed.IsSuccessStatusCode);
        }
        await using (var server = new RunningServer(null, ("TURNPIKE_DATA", folder)))
        {
            var turn = await server.TurnAsync(new { conversation, content = "On" });
            Assert.Equal([.. Sent, "assistant: ok", "user: On"], server.Model.Last.Transcript);
            var id = turn.GetProperty("id").GetString();
            foreach (var path in (string[])[$"/api/turns/{id}", $"/api/turns/{id}/request", $"/api/turns/{id}/trace", $"/api/conversations/{conversation}/turns", $"/api/conversations/{conversation}/export"])
                Assert.DoesNotContain("hunter2", await server.Client.GetStringAsync(path, TestContext.Current.CancellationToken), StringComparison.Ordinal);
            using var preview = await server.PostAsync("/api/turns/preview", new { conversation, content = "And" });
            Assert.DoesNotContain("hunter2", (await server.JsonAsync(preview)).GetRawText(), StringComparison.Ordinal);
        }
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Go_with_a_turn_that_is_made_again()
    {
        await using var server = new RunningServer();
        await server.PostAsync("/api/prompts", Vault);
        var turn = await server.TurnAsync(new { prompt = "vault", content = "Go", variables = new { key = Secret } });
        using var again = await server.PostAsync($"/api/turns/{turn.GetProperty("id").GetString()}/regenerate", new { });
        Assert.Equal(200, (int)again.StatusCode);
        Assert.Equal(Sent, server.Model.Last.Transcript);
        var typed = await server.TurnAsync(new { prompt = "vault", content = $"@.vars.set key=\"{Secret}\"; Go" });
        Assert.DoesNotContain("hunter2", typed.GetRawText(), StringComparison.Ordinal);
        using var typedAgain = await server.PostAsync($"/api/turns/{typed.GetProperty("id").GetString()}/regenerate", new { });
        Assert.Equal(Sent, server.Model.Last.Transcript);
    }

    [Theory]
    [InlineData("@.vars.set key=hunter2-hunter2;")]
    [InlineData("@.prompt.use vault key=hunter2-hunter2;")]
    [InlineData("@.agent.use vault key=hunter2-hunter2;")]
    public async Task That_were_typed_and_do_not_fit_stay_text_and_are_hidden(string trigger)
    {
        await using var server = new RunningServer();
        await server.PostAsync("/api/prompts", new { key = "vault", messages = new[] { new { role = "system", content = "Open with {{key}}" } }, variables = new[] { new { name = "key", type = "string", secret = true, maxLength = 4 } } });
        var turn = await server.TurnAsync(new { prompt = "vault", content = trigger + " Go" });
        Assert.Equal("invalid", turn.GetProperty("triggers")[0].GetProperty("outcome").GetString());
        Assert.Equal($"user: {trigger} Go", server.Model.Last.Transcript[^1]); // it stays what was typed
        Assert.DoesNotContain("hunter2", turn.GetRawText(), StringComparison.Ordinal);
        var id = turn.GetProperty("id").GetString();
        foreach (var path in (string[])[$"/api/turns/{id}", $"/api/turns/{id}/events", $"/api/turns/{id}/trace", $"/api/turns/{id}/request"])
            Assert.DoesNotContain("hunter2", await server.Client.GetStringAsync(path, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        using var preview = await server.PostAsync("/api/turns/preview", new { prompt = "vault", content = trigger + " Go" });
        Assert.DoesNotContain("hunter2", (await server.JsonAsync(preview)).GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task That_were_typed_leave_the_triggers_behind_them_in_their_places()
    {
        await using var server = new RunningServer();
        await server.PostAsync("/api/prompts", Vault);
        var turn = await server.TurnAsync(new { prompt = "vault", content = "@.vars.set key=\"a-very-long-secret-of-the-vault\"; Go @.nope.no; a-very-long-secret-of-the-vault @.params.temp 0.5;" });
        var (typed, triggers) = (turn.GetProperty("content").GetString()!, turn.GetProperty("triggers").EnumerateArray().ToArray());
        Assert.Equal("@.vars.set key=\"•••\"; Go @.nope.no; ••• @.params.temp 0.5;", typed);
        Assert.Equal(["@.vars.set key=\"•••\"", "@.nope.no", "@.params.temp 0.5"], triggers.Select(one => one.GetProperty("span")).Select(span => typed[span.GetProperty("start").GetInt32()..span.GetProperty("end").GetInt32()].TrimEnd(';')));
    }

    [Fact]
    public async Task Lie_sealed_beside_the_turn_and_go_when_it_is_forgotten()
    {
        await using var server = new RunningServer();
        await server.PostAsync("/api/prompts", Vault);
        var id = (await server.TurnAsync(new { prompt = "vault", content = "Go", variables = new { key = Secret } })).GetProperty("id").GetString()!;
        var store = server.Get<ITurnStore>();
        var kept = (await store.FindAsync(id, TestContext.Current.CancellationToken))!;
        Assert.StartsWith("sealed:", kept.Sealed, StringComparison.Ordinal);
        Assert.StartsWith("sealed:", System.Text.Encoding.UTF8.GetString((await store.SubmittedAsync(id, TestContext.Current.CancellationToken))!.Value.Span), StringComparison.Ordinal);
        Assert.Contains(Secret, server.Get<ISecretBox>().Open(kept.Sealed!, "turn-secrets"), StringComparison.Ordinal);
        await store.ForgetAsync(id, TestContext.Current.CancellationToken);
        Assert.Null((await store.FindAsync(id, TestContext.Current.CancellationToken))!.Sealed);
    }

    [Fact]
    public async Task Stay_masks_where_the_key_that_sealed_them_is_lost()
    {
        var folder = TestFolder.New();
        string conversation;
        await using (var server = new RunningServer(null, ("TURNPIKE_DATA", folder)))
        {
            await server.PostAsync("/api/prompts", Vault);
            using var global = await server.SendAsync(HttpMethod.Patch, "/api/variables/global", JsonSerializer.Serialize(new { key = Secret }));
            conversation = (await server.TurnAsync(new { prompt = "vault", content = "Go" })).GetProperty("conversation").GetString()!;
        }
        await using (var server = new RunningServer(services => services.AddSingleton<ISecretBox>(new OtherBox()), ("TURNPIKE_DATA", folder)))
        {
            await server.PostAsync("/api/prompts", new { key = "plain", messages = new[] { new { role = "system", content = "Plain." } } });
            await server.TurnAsync(new { conversation, prompt = "plain", content = "On" });
            Assert.Contains("user: Open with ••• ••• •••: Go", server.Model.Last.Transcript);
        }
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Of_an_agent_are_sealed_and_not_shown()
    {
        await using var server = new RunningServer();
        await server.PostAsync("/api/prompts", new { key = "guide", messages = new[] { new { role = "system", content = "Know {{key}}." } }, variables = new[] { new { name = "key", type = "string", secret = true } } });
        var turn = await server.TurnAsync(new { content = "@.agent.use! guide key=hunter2-agent; Go" });
        Assert.Equal("system: Know hunter2-agent.", server.Model.Last.Transcript[0]);
        var conversation = turn.GetProperty("conversation").GetString();
        Assert.DoesNotContain("hunter2", (await server.GetJsonAsync($"/api/conversations/{conversation}")).GetRawText(), StringComparison.Ordinal);
        await server.TurnAsync(new { conversation, content = "On" });
        Assert.Equal("system: Know hunter2-agent.", server.Model.Last.Transcript[0]);
    }

    [Fact]
    public async Task Shared_by_prompts_can_be_set_and_are_shown_to_nobody()
    {
        await using var server = new RunningServer();
        await server.PostAsync("/api/prompts", Vault);
        using (var set = await server.SendAsync(HttpMethod.Patch, "/api/variables/global", JsonSerializer.Serialize(new { key = Secret, city = "Oslo" }))) Assert.Equal("""{"key":"•••","city":"Oslo"}""", (await server.JsonAsync(set)).GetRawText());
        Assert.Equal("""{"key":"•••","city":"Oslo"}""", (await server.GetJsonAsync("/api/variables/global")).GetRawText());
        using (var back = await server.SendAsync(HttpMethod.Patch, "/api/variables/global", """{"key":"•••","city":"Rome"}""")) Assert.True(back.IsSuccessStatusCode);
        using var made = await server.PostAsync("/api/projects", new { name = "p", variables = new { key = "of the project" } });
        var project = await server.JsonAsync(made);
        Assert.Equal("•••", project.GetProperty("variables").GetProperty("key").GetString());
        using (var saved = await server.SendAsync(HttpMethod.Put, $"/api/projects/{project.GetProperty("id").GetString()}", project.GetRawText())) Assert.True(saved.IsSuccessStatusCode);
        await server.TurnAsync(new { prompt = "vault", content = "Go" });
        Assert.Equal(Sent, server.Model.Last.Transcript);
        await server.TurnAsync(new { prompt = "vault", content = "Go", project = project.GetProperty("id").GetString() });
        Assert.Contains("of the project", server.Model.Last.Transcript[^1], StringComparison.Ordinal);
        Assert.Equal("•••", (await server.GetJsonAsync($"/api/projects/{project.GetProperty("id").GetString()}/effective")).GetProperty("variables").GetProperty("key").GetProperty("value").GetString());
    }

    /// <summary>A box that opens nothing that another sealed.</summary>
    private sealed class OtherBox : ISecretBox
    {
        public string Seal(string text, string purpose) => text;

        public string SealAlike(string text, string purpose) => text;

        public string Open(string text, string purpose) =>
            text.StartsWith("sealed:", StringComparison.Ordinal) && purpose == "turn-secrets" ? throw new Turnpike.Turns.TurnException(Turnpike.Turns.TurnErrorCode.StorageUnavailable, "lost") : text.StartsWith("sealed:", StringComparison.Ordinal) ? "{}" : text;
    }
}

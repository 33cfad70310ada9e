using Microsoft.Extensions.DependencyInjection;
using Turnpike.Prompts;

namespace Turnpike.Hosts.Tests.Server;

public sealed class PublishingWhileWriting
{
    private static object Prompt(string content) => new { key = "p", messages = new[] { new { role = "system", content } } };

    [Fact]
    public async Task What_is_saved_into_a_draft_while_it_is_published_stays_and_can_be_published_next()
    {
        var drafts = new BusyDrafts(new InMemoryPromptDrafts(TimeProvider.System));
        await using var server = new RunningServer(services => services.AddSingleton<IPromptDrafts>(drafts));
        using (await server.SendAsync(HttpMethod.Put, "/api/prompts/p/draft", System.Text.Json.JsonSerializer.Serialize(Prompt("One.")))) { }
        drafts.Meanwhile = draft => draft with { Prompt = draft.Prompt with { Messages = [draft.Prompt.Messages[0] with { Content = [draft.Prompt.Messages[0].Content[0] with { Text = "Two." }] }] } };
        foreach (var (version, text) in ((int, string)[])[(1, "One."), (2, "Two.")])
        {
            using var published = await server.SendAsync(HttpMethod.Post, "/api/prompts/p/draft/publish", "{}");
            Assert.True(published.IsSuccessStatusCode, await published.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
            Assert.Equal(version, (await server.GetJsonAsync("/api/prompts/p")).GetProperty("version").GetInt32());
            await server.TurnAsync(new { content = "Go", prompt = "p" });
            Assert.Equal("system: " + text, server.Model.Last.Transcript[0]);
        }
        using var gone = await server.SendAsync(HttpMethod.Get, "/api/prompts/p/draft");
        Assert.Equal(404, (int)gone.StatusCode);
    }

    /// <summary>Drafts of which one is saved again right after it was looked at.</summary>
    private sealed class BusyDrafts(IPromptDrafts inner) : IPromptDrafts
    {
        public Func<PromptDraft, PromptDraft>? Meanwhile { get; set; }

        public async Task<PromptDraft?> FindAsync(string key, CancellationToken cancellationToken)
        {
            var draft = await inner.FindAsync(key, cancellationToken);
            if (draft is null || Meanwhile is not { } change) return draft;
            Meanwhile = null;
            await inner.SaveAsync(change(draft), draft.Revision, cancellationToken);
            return draft;
        }

        public Task<PromptDraft> SaveAsync(PromptDraft draft, int? expectedRevision, CancellationToken cancellationToken) => inner.SaveAsync(draft, expectedRevision, cancellationToken);

        public Task<bool> DeleteAsync(string key, int? expectedRevision, CancellationToken cancellationToken) => inner.DeleteAsync(key, expectedRevision, cancellationToken);

        public Task PublishedAsync(string key, int revision, int version, CancellationToken cancellationToken) => inner.PublishedAsync(key, revision, version, cancellationToken);
    }
}

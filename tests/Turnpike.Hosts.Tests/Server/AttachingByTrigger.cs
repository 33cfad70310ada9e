using Turnpike.Hosts.Tests.Access;
using Turnpike.Hosts.Tests.Storage;
using Turnpike.Storage.Sql;
using Turnpike.Turns.Access;

namespace Turnpike.Hosts.Tests.Server;

/// <summary>Resources that are named in the typed text, by what the model reads.</summary>
public sealed class AttachingByTrigger : IAsyncLifetime
{
    private readonly string _folder = TestFolder.New();
    private readonly RunningServer _server;

    public AttachingByTrigger() => _server = new(null, ("Turnpike:Resources:Workspace", _folder));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "docs"));
        await File.WriteAllTextAsync(Path.Combine(_folder, "plan.md"), "The plan.", Cancellation);
        await File.WriteAllTextAsync(Path.Combine(_folder, "docs", "a.md"), "Page A.", Cancellation);
        await File.WriteAllTextAsync(Path.Combine(_folder, "docs", "b.md"), "Page B.", Cancellation);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task<string> UploadAsync(string name, string text)
    {
        using var form = new MultipartFormDataContent { { new StringContent(text), "file", name } };
        using var response = await _server.Client.PostAsync("/api/files", form, Cancellation);
        Assert.Equal(201, (int)response.StatusCode);
        return (await _server.JsonAsync(response)).GetProperty("id").GetString()!;
    }

    [Theory]
    [InlineData("@.resource.add {id}; What?", "Trip notes.")]
    [InlineData("@.file.attach notes.txt; What?", "Trip notes.")]
    [InlineData("@.vfs.add plan.md; What?", "The plan.")]
    [InlineData("@.vfs.add plan.md\nWhat?", "The plan.")]
    [InlineData("@.vfs.add docs/*.md; What?", "Page A.", "Page B.")]
    [InlineData("@.resource.add plan.md, notes.txt; What?", "The plan.", "Trip notes.")]
    public async Task It_is_found_by_id_name_path_or_glob(string content, params string[] texts)
    {
        var id = await UploadAsync("notes.txt", "Trip notes.");
        var turn = await _server.TurnAsync(new { content = content.Replace("{id}", id, StringComparison.Ordinal) });
        Assert.All(texts, text => Assert.Contains(text, _server.Model.Last.Transcript[^1], StringComparison.Ordinal));
        Assert.StartsWith("user: What?", _server.Model.Last.Transcript[^1], StringComparison.Ordinal);
        Assert.Equal("What?", turn.GetProperty("cleanedContent").GetString());
    }

    [Theory]
    [InlineData("@.resource.add A.txt; What?", false)]
    [InlineData("@.resource.add A.txt\nWhat?", false)]
    [InlineData("@.resource.add A.txt; What?", true)]
    public async Task It_is_found_by_name_however_many_were_uploaded_since(string content, bool older)
    {
        await UploadAsync("a.txt", "The old one.");
        await UploadAsync("a.txt", "Trip notes.");
        for (var i = 0; i < 201; i++) await UploadAsync($"{i}.txt", "Another.");
        if (older) await _server.Get<SqlDatabase>().WriteAsync(session => session.ExecuteAsync("UPDATE files SET called = NULL"), Cancellation); // as before names were kept apart
        await _server.TurnAsync(new { content });
        Assert.Contains("Trip notes.", _server.Model.Last.Transcript[^1], StringComparison.Ordinal);
        Assert.StartsWith("user: What?", _server.Model.Last.Transcript[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("@.resource.add plan.md policy=sticky; One", true)]
    [InlineData("@.resource.add! plan.md; One", true)]
    [InlineData("@.resource.add plan.md policy=refresh; One", true)]
    [InlineData("@.resource.add plan.md; One", false)]
    public async Task Its_policy_says_whether_it_stays(string content, bool stays)
    {
        var first = await _server.TurnAsync(new { content });
        var conversation = first.GetProperty("conversation").GetString();
        var kept = (await _server.GetJsonAsync("/api/conversations/" + conversation)).GetProperty("resources").GetArrayLength();
        Assert.Equal(stays ? 1 : 0, kept);
        await _server.TurnAsync(new { conversation, content = "Two" });
        Assert.Equal(stays, _server.Model.Last.Transcript[^1].Contains("The plan.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_kept_one_is_dropped_for_a_turn_or_for_good()
    {
        var conversation = (await _server.TurnAsync(new { content = "@.resource.add! plan.md; One" })).GetProperty("conversation").GetString();
        await _server.TurnAsync(new { conversation, content = "@.resource.drop plan.md; Two" });
        Assert.Equal("user: Two", _server.Model.Last.Transcript[^1]);
        await _server.TurnAsync(new { conversation, content = "@.resource.drop! plan.md; Three" });
        await _server.TurnAsync(new { conversation, content = "Four" });
        Assert.Equal("user: Four", _server.Model.Last.Transcript[^1]);
    }

    [Fact]
    public async Task An_unknown_one_stays_text_with_the_nearest_name()
    {
        await UploadAsync("notes.txt", "Trip notes.");
        var turn = await _server.TurnAsync(new { content = "@.resource.add note.txt; What?" });
        Assert.Contains("Did you mean \"notes.txt\"?", turn.GetProperty("warnings")[0].GetProperty("message").GetString());
        Assert.Equal(["user: @.resource.add note.txt; What?"], _server.Model.Last.Transcript);
    }

    [Theory]
    [InlineData("@.file.attach notes.txt; What?")]
    [InlineData("@.file.attach notes.txt\nWhat?")]
    [InlineData("@.vfs.add plan.md; What?")]
    [InlineData("@.vfs.add plan.md\nWhat?")]
    [InlineData("@.resource.add docs/*.md; What?")]
    public async Task A_key_without_the_scope_of_files_finds_none_by_name_path_or_glob(string content)
    {
        var id = await UploadAsync("notes.txt", "Trip notes.");
        var (narrow, wide) = ((await _server.KeyAsync("narrow", Scopes.Turns)).Secret, (await _server.KeyAsync("wide", Scopes.Turns, Scopes.Files)).Secret);
        var (_, turn) = await _server.AskAsync(narrow, HttpMethod.Post, "/api/turns", new { content });
        Assert.Equal(["user: " + content], _server.Model.Last.Transcript);
        if (content.Contains(';', StringComparison.Ordinal)) Assert.Contains("needs the scope \"files\"", turn.GetProperty("warnings")[0].GetProperty("message").GetString(), StringComparison.Ordinal);
        await _server.AskAsync(wide, HttpMethod.Post, "/api/turns", new { content });
        Assert.StartsWith("user: What?", _server.Model.Last.Transcript[^1], StringComparison.Ordinal);
        Assert.Matches("Trip notes[.]|The plan[.]|Page A[.]", _server.Model.Last.Transcript[^1]);
        await _server.AskAsync(narrow, HttpMethod.Post, "/api/turns", new { content = $"@.resource.add {id}; What?" }); // whoever has the id was given it
        Assert.Contains("Trip notes.", _server.Model.Last.Transcript[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Completion_shows_names_and_inserts_ids()
    {
        var id = await UploadAsync("notes.txt", "Trip notes.");
        var items = (await _server.JsonAsync(await _server.PostAsync("/api/triggers/complete", new { text = "@.resource.add no" }))).GetProperty("items");
        Assert.Equal(("notes.txt", id + ";"), (items[0].GetProperty("label").GetString(), items[0].GetProperty("insertText").GetString()));
        var paths = (await _server.JsonAsync(await _server.PostAsync("/api/triggers/complete", new { text = "@.vfs.add pl" }))).GetProperty("items");
        Assert.Equal("plan.md;", paths[0].GetProperty("insertText").GetString());
    }
}

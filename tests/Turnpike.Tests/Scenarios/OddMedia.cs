using System.Text.Json;
using Microsoft.Extensions.AI;
using Turnpike.Prompts;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;
using Turnpike.Turns.Files;

namespace Turnpike.Tests.Scenarios;

/// <summary>Media of a prompt whose type or address is odd are refused by name; files are read wherever they are named.</summary>
public sealed class OddMedia
{
    private const string Dot = "iVBORw0KGgo=";

    private static TurnRequest Asking(Prompt prompt, string name, object value) => new() { Prompt = prompt, Content = "Hi", Variables = new Dictionary<string, JsonElement> { [name] = JsonSerializer.SerializeToElement(value) } };

    private static Prompt Saying(string text, string name, VariableType type) => new() { Messages = [new() { Role = "user", Content = [new() { Type = "text", Text = text }] }], Variables = [new() { Name = name, Type = type }] };

    private static Prompt Showing(string url, string type) => new() { Messages = [new() { Role = "user", Content = [new() { Type = "media", Url = url, MediaType = type }] }] };

    [Theory]
    [InlineData("https://example.org/a", "png")]
    [InlineData("https://example.org/a", "image png")]
    [InlineData("data:oops", "image/png")]
    public async Task A_type_or_an_address_that_is_none_is_refused(string url, string type)
    {
        await using var road = new Road();
        foreach (var request in (TurnRequest[])[Asking(Saying($"{{{{media url=photo contentType=\"{type}\"}}}}", "photo", VariableType.String), "photo", url), new() { Prompt = Showing(url, type), Content = "Hi" }])
        {
            var refused = await road.RefusedAsync(request);
            Assert.Contains(refused.Code, new[] { TurnErrorCode.ResourceUnsupported, TurnErrorCode.ResourceFailed });
            Assert.Contains(type == "image/png" ? "data:" : $"\"{type}\"", refused.Message, StringComparison.Ordinal);
        }
        Assert.Empty(road.Model.Requests);
    }

    [Fact]
    public async Task No_type_at_all_is_the_providers_to_find_out()
    {
        await using var road = new Road();
        await road.RunAsync(Asking(Saying("{{media url=photo contentType=kind}}", "photo", VariableType.String) with { Variables = [new() { Name = "photo" }, new() { Name = "kind" }] }, "photo", "https://example.org/a"));
        Assert.Equal("image/*", Assert.IsType<UriContent>(road.Model.Last.Messages[0].Contents[0]).MediaType);
    }

    [Fact]
    public void A_prompt_with_a_type_that_is_none_is_not_saved()
    {
        var refused = Assert.Throws<TurnException>(() => PromptRules.Check(Showing("https://example.org/a", "jpeg") with { Key = "a" }));
        Assert.Equal((TurnErrorCode.RequestInvalid, true), (refused.Code, refused.Message.Contains("\"jpeg\"", StringComparison.Ordinal)));
        PromptRules.Check(Showing("https://example.org/a", "image/*") with { Key = "a" });
    }

    [Fact]
    public async Task A_type_that_is_none_in_given_messages_is_a_fault_of_the_variable()
    {
        await using var road = new Road();
        var refused = await road.RefusedAsync(Asking(Saying("{{talk}}", "talk", VariableType.Messages), "talk", new[] { new { role = "user", content = new[] { new { type = "media", url = "https://example.org/a", contentType = "png" } } } }));
        Assert.Equal((TurnErrorCode.VariableInvalid, "talk"), (refused.Code, Assert.Single(refused.Variables).Name));
        Assert.Contains("\"png\"", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_messages_may_name_uploaded_files()
    {
        await using var road = new Road();
        using var bytes = new MemoryStream(Convert.FromBase64String(Dot));
        var file = await road.Get<IFileStore>().AddAsync(new() { Name = "a.png" }, bytes, TestContext.Current.CancellationToken);
        var prompt = Saying("{{talk}}", "talk", VariableType.Messages);
        await road.RunAsync(Asking(prompt, "talk", new[] { new { role = "user", content = new object[] { new { type = "text", text = "See" }, new { type = "media", file = file.Id } } } }));
        var sent = road.Model.Last.Messages[0].Contents;
        Assert.Equal(("See", Dot), (Assert.IsType<TextContent>(sent[0]).Text, Convert.ToBase64String(Assert.IsType<DataContent>(sent[1]).Data.Span)));
        var gone = await road.RefusedAsync(Asking(prompt, "talk", new[] { new { role = "user", content = new[] { new { type = "media", file = "file_none" } } } }));
        Assert.Equal(TurnErrorCode.ResourceNotFound, gone.Code);
    }
}

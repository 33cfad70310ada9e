using System.Text;
using Microsoft.Extensions.AI;
using Turnpike.Turns;
using Turnpike.Turns.Files;
using Turnpike.Turns.Projects;

namespace Turnpike.Hosts.Tests.Storage;

/// <summary>What every store of files and contents promises.</summary>
public abstract class FileStoreContract(StoreSet stores) : StoreContract(stores)
{
    private static readonly byte[] Png = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13];

    private Task<StoredFile> AddAsync(string text, string? name = "notes.md", string? type = null) => AddAsync(Encoding.UTF8.GetBytes(text), name, type);

    private Task<StoredFile> AddAsync(byte[] bytes, string? name = "notes.md", string? type = null) => Stores.Files.AddAsync(new() { Name = name, MediaType = type }, new MemoryStream(bytes), Cancellation);

    private async Task<string?> ContentAsync(string hash)
    {
        await using var stream = await Stores.Contents.OpenAsync(hash, Cancellation);
        if (stream is null) return null;
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(Cancellation);
    }

    private Task<int> CleanAsync()
    {
        Stores.Clock.Advance(TimeSpan.FromHours(2));
        return Stores.Contents.CleanAsync(Stores.Clock.GetUtcNow() - TimeSpan.FromHours(1), Cancellation);
    }

    [Fact]
    public async Task A_file_comes_back_as_it_was_uploaded()
    {
        var added = await AddAsync("# Hi");
        Assert.Matches("^file_[0-9A-Za-z]{22}$", added.Id);
        Assert.Equal(("notes.md", "text/markdown", 4L, 64), (added.Name, added.MediaType, added.Size, added.Hash.Length));
        Assert.Equal(added, await Stores.Files.FindAsync(added.Id, Cancellation));
        Assert.Equal("# Hi", await ContentAsync(added.Hash));
        Assert.Null(await Stores.Files.FindAsync("file_x", Cancellation));
    }

    [Fact]
    public async Task The_same_bytes_are_kept_once_under_an_id_for_each_upload()
    {
        var (one, two) = (await AddAsync("same"), await AddAsync("same", "other.txt"));
        Assert.NotEqual(one.Id, two.Id);
        Assert.Equal(one.Hash, two.Hash);
        Assert.True(await Stores.Files.DeleteAsync(one.Id, Cancellation));
        Assert.Equal(0, await CleanAsync());
        Assert.Equal("same", await ContentAsync(two.Hash));
        Assert.True(await Stores.Files.DeleteAsync(two.Id, Cancellation));
        Assert.False(await Stores.Files.DeleteAsync(two.Id, Cancellation));
        Assert.Equal(1, await CleanAsync());
        Assert.Null(await ContentAsync(two.Hash));
    }

    [Fact]
    public async Task Bytes_stay_while_a_turn_or_a_conversation_needs_them()
    {
        var (ofTurn, ofConversation) = (await AddAsync(Png, "a.png"), await AddAsync("sticky"));
        var beginning = Beginning("turn_1");
        await CompleteAsync(beginning with
        {
            Turn = beginning.Turn with { Messages = [new(ChatRole.User, [new KeptPart(ofTurn.Hash, "image/png")])] },
            Conversation = beginning.Conversation with { Resources = [new() { Id = "res_1", Kind = "note", Policy = ResourcePolicy.Sticky, Hash = ofConversation.Hash, IsText = true }] },
        });
        foreach (var file in (StoredFile[])[ofTurn, ofConversation]) await Stores.Files.DeleteAsync(file.Id, Cancellation);
        Assert.Equal(0, await CleanAsync());
        await Stores.Conversations.UpdateAsync("conv_1", now => now with { Resources = [] }, Cancellation);
        Assert.Equal(1, await CleanAsync());
        Assert.Null(await ContentAsync(ofConversation.Hash));
        Assert.NotNull(await ContentAsync(ofTurn.Hash));
        await Stores.Conversations.DeleteAsync("conv_1", Cancellation);
        Assert.Equal(1, await CleanAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)] // by the end of a turn that is not to be stored
    public async Task A_turn_that_is_forgotten_needs_its_bytes_no_longer(bool isUnstored)
    {
        var file = await AddAsync(Png, "a.png");
        var beginning = Beginning("turn_1");
        beginning = beginning with { Turn = beginning.Turn with { Messages = [new(ChatRole.User, [new KeptPart(file.Hash, "image/png")])], Store = isUnstored ? false : null } };
        await Stores.Turns.BeginAsync(beginning, Cancellation);
        await Stores.Files.DeleteAsync(file.Id, Cancellation);
        Assert.Equal(0, await CleanAsync());
        await EndAsync(beginning);
        if (!isUnstored) Assert.True(await Stores.Turns.ForgetAsync("turn_1", Cancellation));
        Assert.Equal(1, await CleanAsync());
        Assert.Null(await ContentAsync(file.Hash));
    }

    [Fact]
    public async Task Bytes_that_somebody_has_just_brought_are_not_cleaned_up()
    {
        var file = await AddAsync("fresh");
        await Stores.Files.DeleteAsync(file.Id, Cancellation);
        Assert.Equal(0, await Stores.Contents.CleanAsync(Stores.Clock.GetUtcNow() - TimeSpan.FromHours(1), Cancellation));
        Stores.Clock.Advance(TimeSpan.FromHours(2));
        await AddAsync("fresh");
        Assert.Equal(0, await Stores.Contents.CleanAsync(Stores.Clock.GetUtcNow() - TimeSpan.FromHours(1), Cancellation));
    }

    [Fact]
    public async Task A_file_goes_when_it_expires()
    {
        var file = await Stores.Files.AddAsync(new() { Name = "a", Purpose = "vision", ExpiresAt = Stores.Clock.GetUtcNow().AddHours(1) }, new MemoryStream([1, 2]), Cancellation);
        Assert.Equal("vision", (await Stores.Files.FindAsync(file.Id, Cancellation))!.Purpose);
        var cleaned = await CleanAsync();
        Assert.Null(await Stores.Files.FindAsync(file.Id, Cancellation));
        Assert.Empty((await Stores.Files.ListAsync(new(), Cancellation)).Data);
        Assert.Equal(1, cleaned + await CleanAsync()); // a database lets its bytes go at that moment, and they stay for the hour
    }

    [Fact]
    public async Task A_file_that_expires_leaves_its_project()
    {
        await Stores.Settings.SaveProjectAsync(new() { Id = "p", Name = "P" }, Cancellation);
        var file = await Stores.Files.AddAsync(new() { Name = "a", ExpiresAt = Stores.Clock.GetUtcNow().AddHours(1) }, new MemoryStream([1, 2]), Cancellation);
        var members = Stores.Get<IProjectMembers>();
        Assert.True(await members.PutAsync(new(ProjectThings.File, file.Id), "p", Cancellation));
        Assert.Single(await members.ThingsAsync("p", Cancellation));
        await CleanAsync();
        Assert.Empty(await members.ThingsAsync("p", Cancellation));
    }

    [Fact]
    public async Task Bytes_of_several_pieces_are_read_from_wherever_one_likes()
    {
        var bytes = new byte[(5 << 19) + 7];
        new Random(7).NextBytes(bytes);
        var kept = await Stores.Contents.KeepAsync(new MemoryStream(bytes), bytes.Length, Cancellation);
        await using var stream = (await Stores.Contents.OpenAsync(kept.Hash, Cancellation))!;
        Assert.Equal(bytes.Length, stream.Length);
        var whole = new MemoryStream();
        await stream.CopyToAsync(whole, Cancellation);
        Assert.Equal(bytes, whole.ToArray());
        foreach (var from in (int[])[bytes.Length - 1, (1 << 20) - 3, 0, 1 << 20, bytes.Length])
        {
            stream.Position = from;
            var some = new byte[10];
            var read = await stream.ReadAtLeastAsync(some, some.Length, throwOnEndOfStream: false, Cancellation);
            Assert.Equal(bytes.AsSpan(from, Math.Min(10, bytes.Length - from)), some.AsSpan(0, read));
        }
    }

    [Fact]
    public async Task Files_are_listed_newest_first_in_pages_and_by_purpose()
    {
        for (var i = 0; i < 5; i++)
        {
            await Stores.Files.AddAsync(new() { Name = $"{i}", Purpose = i % 2 == 0 ? "even" : null }, new MemoryStream([1]), Cancellation);
            Stores.Clock.Advance(TimeSpan.FromSeconds(1));
        }
        var first = await Stores.Files.ListAsync(new() { Limit = 3 }, Cancellation);
        var second = await Stores.Files.ListAsync(new() { Limit = 3, After = first.Next }, Cancellation);
        Assert.Equal(["4", "3", "2", "1", "0"], first.Data.Concat(second.Data).Select(file => file.Name));
        Assert.Null(second.Next);
        Assert.Equal(["4", "2", "0"], (await Stores.Files.ListAsync(new() { Purpose = "even" }, Cancellation)).Data.Select(file => file.Name));
    }

    [Fact]
    public async Task Files_are_found_by_their_whole_name_without_case_newest_first()
    {
        string[] names = ["Über.md", "notes.md", "über.md", "notes.md.txt", "ÜBER.MD"];
        foreach (var name in names)
        {
            await AddAsync("a", name);
            Stores.Clock.Advance(TimeSpan.FromSeconds(1));
        }
        var first = await Stores.Files.ListAsync(new() { Name = "üBER.md", Limit = 2 }, Cancellation);
        var second = await Stores.Files.ListAsync(new() { Name = "üBER.md", Limit = 2, After = first.Next }, Cancellation);
        Assert.Equal(["ÜBER.MD", "über.md", "Über.md"], first.Data.Concat(second.Data).Select(file => file.Name));
        Assert.Null(second.Next);
        Assert.Equal(["notes.md"], (await Stores.Files.ListAsync(new() { Name = "NOTES.md" }, Cancellation)).Data.Select(file => file.Name));
        Assert.Empty((await Stores.Files.ListAsync(new() { Name = "notes.%" }, Cancellation)).Data);
        Assert.Empty((await Stores.Files.ListAsync(new() { Name = "notes.md", Purpose = "vision" }, Cancellation)).Data);
    }

    [Theory]
    [InlineData("a.png", "image/png", "plain words")]
    [InlineData("a.pdf", "application/pdf", "plain words")]
    [InlineData("a.txt", "text/plain", "\0\u0001binary")]
    [InlineData("a.txt", null, "")]
    public async Task A_file_that_is_empty_or_not_what_it_claims_to_be_is_refused(string name, string? type, string content) =>
        await RefusedAsync(TurnErrorCode.RequestInvalid, () => AddAsync(content, name, type));

    [Fact]
    public async Task A_picture_that_says_it_is_text_is_refused() => await RefusedAsync(TurnErrorCode.RequestInvalid, () => AddAsync(Png, "a.txt", "text/plain"));

    [Theory]
    [InlineData("../../etc/passwd", "passwd")]
    [InlineData(@"C:\secret\a.txt", "a.txt")]
    [InlineData("..", "file")]
    [InlineData("", "file")]
    [InlineData(null, "file")]
    [InlineData("a\r\nb\0.txt", "ab.txt")]
    public async Task A_name_has_no_folder_and_no_control_characters(string? given, string kept) => Assert.Equal(kept, (await AddAsync("x", given)).Name);

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("")]
    [InlineData("ABCDEF")]
    public async Task Nothing_but_a_hash_opens_a_content(string hash) => Assert.Null(await Stores.Contents.OpenAsync(hash, Cancellation));

    [Fact]
    public async Task A_stream_that_is_too_long_leaves_nothing_behind()
    {
        await RefusedAsync(TurnErrorCode.RequestTooLarge, () => Stores.Contents.KeepAsync(new MemoryStream(new byte[1001]), 1000, Cancellation));
        Assert.Equal(1000, (await Stores.Contents.KeepAsync(new MemoryStream(new byte[1000]), 1000, Cancellation)).Size);
        Assert.Equal(1, await CleanAsync());
    }
}

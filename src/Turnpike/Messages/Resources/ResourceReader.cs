using System.Text;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Options;
using Turnpike.Turns;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Drafts;
using Turnpike.Turns.Files;
using Turnpike.Turns.Resources;

namespace Turnpike.Messages.Resources;

/// <summary>Reads the resources of a turn: those of its conversation and those that came with it. Keeps nothing.</summary>
public sealed class ResourceReader(ResourceLoading loading, KeptParts kept, IOptions<ResourceOptions> options, TimeProvider time)
{
    /// <summary>The draft's resources, and behind them those that its variables give, each with its content, in order.</summary>
    /// <exception cref="TurnException"><c>request_invalid</c> for too many; <c>resource_…</c>, naming the resource.</exception>
    internal async ValueTask<IReadOnlyList<ReadResource>> ReadAsync(TurnDraft draft, IReadOnlyList<ResourceInput> given, ModelInfo? model, CancellationToken cancellationToken)
    {
        IReadOnlyList<ResourceInput> inputs = [.. draft.State.Resources, .. given];
        if (inputs.Count == 0) return [];
        if (inputs.Count > options.Value.Most) throw new TurnException(TurnErrorCode.RequestInvalid, $"A turn takes {options.Value.Most} resources; this one has {inputs.Count}.") { Field = "resources" };
        var read = new List<ReadResource>(inputs.Count);
        foreach (var input in inputs)
        {
            WarnOfKind(draft, input);
            var one = await ReadAsync(draft, KeptResources.Known(draft, input), input, read, model, cancellationToken);
            read.RemoveAll(other => other.Resource.Id == one.Resource.Id); // it stands at its newest place
            read.Add(one);
        }
        return read;
    }

    /// <summary>Messages that a caller gives, with the uploaded files that stand there by their ids read in their places, and without what only messages that are kept can say of themselves.</summary>
    /// <exception cref="TurnException"><c>request_invalid</c> for too many; <c>resource_…</c>, naming the file and the message.</exception>
    internal async ValueTask<IReadOnlyList<ChatMessage>?> GivenAsync(IReadOnlyList<ChatMessage>? given, ModelInfo? model, CancellationToken cancellationToken)
    {
        if (given is null || !given.Any(message => message.Contents.Any(part => part is HostedFileContent || !ReferenceEquals(MessageParts.AsGiven(part), part)))) return given;
        var (read, files) = (new List<ChatMessage>(given.Count), new Dictionary<(string, string?), AIContent>());
        foreach (var (i, message) in given.Index())
        {
            var whole = new ChatMessage(message.Role, (string?)null) { AuthorName = message.AuthorName };
            foreach (var part in message.Contents) whole.Contents.Add(part is HostedFileContent file ? await GivenAsync(file, i, files, model, cancellationToken) : MessageParts.AsGiven(part));
            read.Add(whole);
        }
        return read;
    }

    /// <summary>The content of an uploaded file; one that stands in several places is read once.</summary>
    private async ValueTask<AIContent> GivenAsync(HostedFileContent file, int message, Dictionary<(string, string?), AIContent> files, ModelInfo? model, CancellationToken cancellationToken)
    {
        var detail = MessageParts.DetailOf(file);
        if (files.TryGetValue((file.FileId, detail), out var known)) return known;
        var field = $"history[{message}]";
        if (files.Count == options.Value.Most) throw new TurnException(TurnErrorCode.RequestInvalid, $"The messages refer to more than {options.Value.Most} files; that many are taken (Turnpike:Resources:Most). Leave older ones out.") { Field = field };
        try
        {
            var input = new ResourceInput { File = file.FileId, Title = file.Name, MediaType = file.MediaType, Detail = detail };
            input = input with { Id = ResourceIds.Of(input, 0, null) };
            var content = await loading.LoadAsync(new() { Resource = input, Conversation = "" }, cancellationToken);
            return files[(file.FileId, detail)] = Part(Ready(KeptResources.Of(input), content!), content!, model).Part;
        }
        catch (TurnException error) when (error.Field == "resources")
        {
            throw new TurnException(error.Code, error.Message, error) { Field = field };
        }
    }

    /// <summary>A text may be of any kind that its host likes; one that is nearly a known one was probably meant to be that.</summary>
    private void WarnOfKind(TurnDraft draft, ResourceInput input)
    {
        if (input.Kind.Length == 0 || loading.Kinds.Contains(input.Kind) || Nearest.To(input.Kind, loading.Kinds) is not { } meant) return;
        draft.Warn("resource_kind_unknown", $"Resource \"{ResourceErrors.Name(input)}\" is of kind \"{input.Kind}\", which is read as plain text. Did you mean \"{meant}\"?");
    }

    /// <summary>A resource as a conversation shows it while its content is fetched from elsewhere; null when its content came along.</summary>
    public static Resource? Loading(ResourceInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var resource = KeptResources.Of(input);
        return KeptResources.Changes(resource) ? resource with { State = ResourceState.Loading } : null;
    }

    /// <summary>Loads a resource for a conversation; one that cannot be loaded is <c>failed</c> and says why.</summary>
    public async ValueTask<Resource> AttachAsync(Conversation conversation, ResourceInput input, string? user, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(conversation);
        var resource = KeptResources.Of(input);
        try
        {
            var content = await loading.LoadAsync(new() { Resource = input, Conversation = conversation.Id, User = user }, cancellationToken);
            var ready = Ready(resource, content!);
            if (ready.Hash is not null && BytesOf(content!) is { } bytes && ready.Text is null) await kept.KeepAsync(bytes, cancellationToken);
            return ready;
        }
        catch (TurnException error) when (error.Code == TurnErrorCode.ResourceFailed)
        {
            return resource with { State = ResourceState.Failed, Error = error.Message };
        }
    }

    private async ValueTask<ReadResource> ReadAsync(TurnDraft draft, Resource? known, ResourceInput input, IReadOnlyList<ReadResource> attached, ModelInfo? model, CancellationToken cancellationToken)
    {
        if (known is null && input.IsReference) return await ReferredAsync(draft, input, model, cancellationToken);
        if (known is { State: ResourceState.Loading }) known = known with { Version = null }; // that tells one loading from another
        if (known is { State: ResourceState.Ready } && (known.Policy != ResourcePolicy.Refresh || !KeptResources.Changes(known)) && await KeptAsync(known, cancellationToken) is { } still) return Part(known, still, model);
        try
        {
            var source = new ResourceSource { Resource = known?.ToInput() ?? input, Conversation = draft.Conversation.Id, User = draft.Request.User, Version = known?.Version };
            var content = await loading.LoadAsync(source, cancellationToken) ?? await KeptAsync(known!, cancellationToken) ?? throw ResourceErrors.Failed(input, "its content is gone.");
            var ready = Ready(known ?? KeptResources.Of(input), content);
            if (known is null) ready = Staying(draft, input, ready, attached);
            if (known?.Hash is { } before && before != ready.Hash) draft.Trace.Record("resources." + ready.Id, before, ready.Hash, "refresh");
            return Part(ready, content, model);
        }
        catch (TurnException error) when (known is { State: ResourceState.Ready } && error.Code is TurnErrorCode.ResourceFailed or TurnErrorCode.ResourceNotFound)
        {
            if (await KeptAsync(known!, cancellationToken) is not { } old) throw;
            draft.Warn("resource_stale", error.Message + " What was loaded before is sent.");
            return Part(known!, old, model);
        }
    }

    /// <summary>A resource of an earlier turn of this branch, attached again by its id.</summary>
    private async ValueTask<ReadResource> ReferredAsync(TurnDraft draft, ResourceInput input, ModelInfo? model, CancellationToken cancellationToken)
    {
        foreach (var message in draft.History.Reverse().Prepend(draft.Request.Again).OfType<Turn>().SelectMany(turn => turn.Messages))
        {
            if (message.Contents.FirstOrDefault(part => MessageParts.ResourceOf(part)?.Id == input.Id) is not { } part) continue;
            var was = MessageParts.ResourceOf(part)!;
            var whole = (await kept.AttachAsync(new(message.Role, [part]), cancellationToken)).Contents[0];
            var content = whole switch
            {
                TextContent text => new LoadedContent(text.Text),
                DataContent data => new LoadedContent(Bytes: data.Data, MediaType: data.MediaType),
                UriContent uri => new LoadedContent(Address: uri.Uri, MediaType: uri.MediaType),
                _ => throw ResourceErrors.Failed(input, "its content is gone."),
            };
            return Part(Ready(new() { Id = was.Id, Kind = was.Kind, Title = input.Title ?? was.Title, Policy = input.Policy, Detail = input.Detail ?? MessageParts.DetailOf(whole) }, content), content, model);
        }
        throw ResourceErrors.NotFound(input, $"neither the conversation nor its earlier turns have a resource \"{input.Id}\".");
    }

    private async ValueTask<LoadedContent?> KeptAsync(Resource resource, CancellationToken cancellationToken)
    {
        if (resource.Text is { } text) return await loading.LoadAsync(new() { Resource = resource.ToInput(), Conversation = "" }, cancellationToken) ?? new(text);
        if (resource.Hash is null) return resource.Url is { } url && Uri.TryCreate(url, UriKind.Absolute, out var address) ? new(Address: address, MediaType: resource.MediaType ?? "image/*") : null;
        if (await kept.BytesAsync(resource.Hash, cancellationToken) is not { } bytes) return null;
        return resource.IsText ? new(Encoding.UTF8.GetString(bytes)) { Hash = resource.Hash } : new(Bytes: bytes, MediaType: resource.MediaType) { Hash = resource.Hash };
    }

    /// <summary>What came along without an id and reads as what stays already is that: of a table, or of bytes that are text, only what the model reads is kept, so it is not known before it was read.</summary>
    private static Resource Staying(TurnDraft draft, ResourceInput input, Resource ready, IReadOnlyList<ReadResource> attached)
    {
        if (!SameResource.CameAlong(ready) || draft.Request.Resources.Any(given => given.Id == input.Id)) return ready;
        var stays = attached.Select(one => one.Resource).FirstOrDefault(one => SameResource.CameAlong(one) && (one.Hash, one.Kind, one.IsText) == (ready.Hash, ready.Kind, ready.IsText));
        return stays is null ? ready : ready with { Id = stays.Id, Title = input.Title ?? stays.Title };
    }

    private Resource Ready(Resource resource, LoadedContent content)
    {
        var (hash, size) = Measured(content);
        return resource with
        {
            State = ResourceState.Ready,
            Title = resource.Title ?? content.Title,
            Text = resource.Text is { Length: > KeptParts.ShortText } ? null : resource.Text,
            IsText = content.Text is not null,
            MediaType = content.Text is null ? content.MediaType : resource.MediaType,
            Hash = hash,
            Size = size,
            Tokens = content.Text is { } text ? TokenEstimate.Of(text) : TokenEstimate.Media,
            Version = content.Version ?? resource.Version,
            LoadedAt = time.GetUtcNow(),
            Error = null,
        };
    }

    private static (string? Hash, long? Size) Measured(LoadedContent content) => content switch
    {
        { Address: not null } => (null, null),
        { Text: { } text, Hash: { } known } => (known, Encoding.UTF8.GetByteCount(text)),
        { Text: { } text } => TextHash.Of(text),
        _ => (content.Hash ?? KeptParts.HashOf(content.Bytes.Span), content.Bytes.Length),
    };

    private static ReadOnlyMemory<byte>? BytesOf(LoadedContent content) => content.Address is not null ? null : content.Text is { } text ? Encoding.UTF8.GetBytes(text) : content.Bytes;

    private static ReadResource Part(Resource resource, LoadedContent content, ModelInfo? model)
    {
        AIContent part = content.Text is { } text ? new TextContent(text) : MessageParts.InDetail(resource.Detail, Media(resource, content, model));
        return new()
        {
            Resource = resource,
            Part = MessageParts.From(new PartResource(resource.Id, resource.Kind, resource.Title, resource.Policy), part),
            Content = resource.Policy == ResourcePolicy.Once || resource.Text is not null || content.Hash is not null ? null : BytesOf(content),
        };
    }

    private static AIContent Media(Resource resource, LoadedContent content, ModelInfo? model)
    {
        var type = FileTypes.IsType(content.MediaType) ? content.MediaType! : FileTypes.Unknown; // of an upload or a page it is what somebody wrote there
        var reads = type.StartsWith("image/", StringComparison.Ordinal) ? "image" : type.StartsWith("audio/", StringComparison.Ordinal) ? "audio" : "file";
        if (model?.Input is { } input && !input.Contains(reads)) throw ResourceErrors.Unread(model.Id, reads, resource);
        return content.Address is { } address ? new UriContent(address, type) : new DataContent(content.Bytes, type) { Name = resource.Title };
    }
}

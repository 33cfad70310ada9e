using Microsoft.Extensions.Options;
using Turnpike.Turns.Files;
using Turnpike.Turns.Projects;
using Turnpike.Turns.Settings;
using Turnpike.Turns.Usage;

namespace Turnpike.Turns.Stores;

/// <summary>Stores that forget everything when the program ends: for tests and for hosts that keep nothing.</summary>
public sealed class InMemoryStores
{
    private readonly InMemoryState _state = new();

    /// <summary>Makes empty stores.</summary>
    /// <param name="time">The clock that dates what is kept; null: the system's.</param>
    /// <param name="files">How large files may be; null: as unless told.</param>
    public InMemoryStores(TimeProvider? time = null, IOptions<UploadOptions>? files = null)
    {
        (Conversations, Turns, Log, Usage, OpenCalls) = (new InMemoryConversationStore(_state), new InMemoryTurnStore(_state, Settings), new InMemoryTurnLog(_state), new InMemoryUsageStore(_state), new InMemoryOpenCallStore(_state));
        Recordings = new InMemoryRecordingStore(_state);
        Members = new InMemoryProjectMembers(_state, Settings);
        files ??= Options.Create(new UploadOptions());
        Contents = new InMemoryContents(_state, files, time ?? TimeProvider.System);
        Files = new InMemoryFiles(_state, Contents, files, time ?? TimeProvider.System);
    }

    /// <summary>How many of the newest turns stay known that are not to be stored, and their conversations, at least; up to twice as many do. Default 10,000.</summary>
    internal int MostUnstored { init => _state.MostUnstored = value; }

    /// <summary>The conversations.</summary>
    public IConversationStore Conversations { get; }

    /// <summary>The turns of those conversations.</summary>
    public ITurnStore Turns { get; }

    /// <summary>The events of those turns.</summary>
    public ITurnLog Log { get; }

    /// <summary>The tool calls of those turns that wait for somebody outside.</summary>
    public IOpenCallStore OpenCalls { get; }

    /// <summary>What those turns sent to providers and got back.</summary>
    public IRecordingStore Recordings { get; }

    /// <summary>What those turns used.</summary>
    public IUsageStore Usage { get; }

    /// <summary>The tool servers.</summary>
    public IToolServerStore ToolServers { get; } = new InMemoryToolServerStore();

    /// <summary>Which turns ran which prompts.</summary>
    public Turnpike.Prompts.IPromptUses PromptUses => new InMemoryPromptUses(_state);

    /// <summary>Bytes by their hash.</summary>
    public IContentStore Contents { get; }

    /// <summary>Uploaded files.</summary>
    public IFileStore Files { get; }

    /// <summary>Who the members of projects are, and what belongs to which.</summary>
    public IProjectMembers Members { get; }

    /// <summary>What conversations share.</summary>
    public ISettingsStore Settings { get; } = new InMemorySettingsStore();
}

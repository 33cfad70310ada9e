using System.Text.Json;
using Turnpike.Prompts;
using Turnpike.Prompts.Checking;
using Turnpike.Prompts.Comparing;
using Turnpike.Prompts.Imports;
using Turnpike.Triggers;
using Turnpike.Triggers.Completion;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Events;
using Turnpike.Turns.Imports;
using Turnpike.Turns.Recordings;
using Turnpike.Turns.Stores;
using Turnpike.Turns.Tracing;
using Turnpike.Turns.Usage;

namespace Turnpike.Cli.Clients;

/// <summary>What commands can ask for, whether the turns run in this process or on a server. Errors are <see cref="TurnException"/>s in both.</summary>
internal interface ITurnpike : IAsyncDisposable
{
    /// <summary>Runs a turn and tells its events to the last one.</summary>
    IAsyncEnumerable<TurnEvent> RunAsync(TurnRequest request, CancellationToken cancellationToken);

    /// <summary>Tells the events of a turn behind a number, to the last one.</summary>
    /// <param name="turn">The turn's id.</param>
    /// <param name="after">The number of the last event that is known; 0: tell all.</param>
    /// <param name="cancellationToken">Stops reading; the turn goes on.</param>
    IAsyncEnumerable<TurnEvent> FollowAsync(string turn, long after, CancellationToken cancellationToken);

    /// <summary>Asks for the end of a running turn.</summary>
    Task CancelAsync(string turn, CancellationToken cancellationToken);

    /// <summary>What a turn would send: the object of <c>POST /api/turns/preview</c>.</summary>
    Task<JsonElement> PreviewAsync(TurnRequest request, CancellationToken cancellationToken);

    /// <summary>A turn as kept.</summary>
    Task<Turn> TurnAsync(string id, CancellationToken cancellationToken);

    /// <summary>The ids of the turns of its conversation that answer to the same one as a turn, itself among them, oldest first.</summary>
    Task<IReadOnlyList<string>> SiblingsAsync(Turn turn, CancellationToken cancellationToken);

    /// <summary>What each station changed in a turn.</summary>
    Task<IReadOnlyList<TraceStation>> TraceAsync(string turn, CancellationToken cancellationToken);

    /// <summary>Runs a turn again from its recording.</summary>
    Task<ReplayReport> ReplayAsync(string turn, CancellationToken cancellationToken);

    /// <summary>A page of prompts, newest first.</summary>
    Task<Page<Prompt>> PromptsAsync(PromptQuery query, CancellationToken cancellationToken);

    /// <summary>One version of a prompt.</summary>
    Task<Prompt> PromptAsync(PromptReference reference, CancellationToken cancellationToken);

    /// <summary>Saves a new version of a prompt, under its key; a new one inside a project, if one is named.</summary>
    Task<Prompt> SavePromptAsync(Prompt prompt, string? project, CancellationToken cancellationToken);

    /// <summary>What differs between two versions of a prompt; each a number or a label.</summary>
    Task<PromptDiff> DiffAsync(string key, string from, string to, CancellationToken cancellationToken);

    /// <summary>All that is to be said about a prompt that was perhaps never saved.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="bringsPartials">Whether the partials that it brings along count before those that are kept.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<PromptReview> LintAsync(Prompt prompt, bool bringsPartials, CancellationToken cancellationToken);

    /// <summary>Imports a file of prompts.</summary>
    Task<ImportReport> ImportAsync(string text, ImportOptions options, CancellationToken cancellationToken);

    /// <summary>Forgets what is remembered of prompts.</summary>
    Task ClearPromptCacheAsync(CancellationToken cancellationToken);

    /// <summary>Puts a prompt away.</summary>
    Task ArchivePromptAsync(string key, CancellationToken cancellationToken);

    /// <summary>Brings a prompt back that was put away.</summary>
    Task RestorePromptAsync(string key, CancellationToken cancellationToken);

    /// <summary>Moves a label to a version.</summary>
    Task LabelPromptAsync(string key, string label, int version, bool force, CancellationToken cancellationToken);

    /// <summary>A page of conversations, last changed first.</summary>
    Task<Page<Conversation>> ConversationsAsync(ConversationQuery query, CancellationToken cancellationToken);

    /// <summary>A conversation.</summary>
    Task<Conversation> ConversationAsync(string id, CancellationToken cancellationToken);

    /// <summary>The turns of a conversation's shown branch, oldest first.</summary>
    Task<IReadOnlyList<Turn>> TurnsAsync(Conversation conversation, CancellationToken cancellationToken);

    /// <summary>Imports a file of conversations, with the rules, tags and projects in it.</summary>
    Task<ImportReport> ImportConversationsAsync(ReadOnlyMemory<byte> file, bool dryRun, string? project, CancellationToken cancellationToken);

    /// <summary>A conversation as JSON that can be imported again, or its shown branch as Markdown.</summary>
    Task<string> ExportConversationAsync(string id, bool asMarkdown, CancellationToken cancellationToken);

    /// <summary>The models of all providers.</summary>
    /// <param name="warn">Hears of providers that could not be asked.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<IReadOnlyList<ModelInfo>> ModelsAsync(Action<string> warn, CancellationToken cancellationToken);

    /// <summary>The tools that can be offered.</summary>
    /// <param name="warn">Hears of sources that could not be asked.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<IReadOnlyList<ToolRow>> ToolsAsync(Action<string> warn, CancellationToken cancellationToken);

    /// <summary>Answers a tool call that waits.</summary>
    Task AnswerAsync(string turn, CallAnswer answer, CancellationToken cancellationToken);

    /// <summary>Tries one call of a tool: <c>{result | error}</c>.</summary>
    Task<JsonElement> CallToolAsync(string name, JsonElement arguments, CancellationToken cancellationToken);

    /// <summary>The MCP servers and how they are.</summary>
    Task<IReadOnlyList<JsonElement>> ToolServersAsync(CancellationToken cancellationToken);

    /// <summary>Adds or changes an MCP server.</summary>
    Task SaveToolServerAsync(ToolServer server, CancellationToken cancellationToken);

    /// <summary>Takes an MCP server away.</summary>
    Task RemoveToolServerAsync(string name, CancellationToken cancellationToken);

    /// <summary>Connects to an MCP server: <c>{name, status, tools?, error?}</c>.</summary>
    Task<JsonElement> TestToolServerAsync(string name, CancellationToken cancellationToken);

    /// <summary>Serves the prompts to an MCP client, one message a line.</summary>
    Task ServeMcpAsync(TextReader from, TextWriter to, CancellationToken cancellationToken);

    /// <summary>Tokens, money and time of the turns of a period.</summary>
    Task<UsageReport> UsageAsync(UsageQuery query, CancellationToken cancellationToken);

    /// <summary>The triggers that may stand in typed text.</summary>
    Task<IReadOnlyList<TriggerCatalogEntry>> TriggersAsync(CancellationToken cancellationToken);

    /// <summary>What conversations share.</summary>
    ISettings Settings { get; }

    /// <summary>Tests of prompts.</summary>
    ITests Tests { get; }

    /// <summary>What may be typed next.</summary>
    Task<IReadOnlyList<CompletionItem>> CompleteAsync(CompletionQuestion question, CancellationToken cancellationToken);

    /// <summary>All keys, in the order in which they were made.</summary>
    Task<IReadOnlyList<AccessKey>> KeysAsync(CancellationToken cancellationToken);

    /// <summary>Makes a key.</summary>
    Task<IssuedKey> CreateKeyAsync(NewKey asked, CancellationToken cancellationToken);

    /// <summary>Changes what a key may do; what the change does not name stays.</summary>
    Task<AccessKey> ChangeKeyAsync(string id, JsonElement change, CancellationToken cancellationToken);

    /// <summary>Ends a key.</summary>
    Task RevokeKeyAsync(string id, CancellationToken cancellationToken);

    /// <summary>Gives a key a new secret; the one before counts for a while longer.</summary>
    Task<IssuedKey> RotateKeyAsync(string id, TimeSpan grace, CancellationToken cancellationToken);

    /// <summary>Lines of the audit log behind a number, oldest first; none when there are no more.</summary>
    Task<IReadOnlyList<AuditEntry>> AuditAsync(long after, int limit, CancellationToken cancellationToken);
}

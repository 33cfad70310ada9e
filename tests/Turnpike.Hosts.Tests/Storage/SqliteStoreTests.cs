namespace Turnpike.Hosts.Tests.Storage;

public sealed class SqlitePromptStoreTests() : PromptStoreContract(StoreSet.Sqlite());

public sealed class SqliteConversationStoreTests() : ConversationStoreContract(StoreSet.Sqlite());

public sealed class SqliteTurnStoreTests() : TurnStoreContract(StoreSet.Sqlite());

public sealed class SqliteTurnLogTests() : TurnLogContract(StoreSet.Sqlite());

public sealed class SqliteTurnBeginningTests() : TurnBeginningContract(StoreSet.Sqlite());

public sealed class SqliteImportTests() : ImportStoreContract(StoreSet.Sqlite());

public sealed class SqliteSettingsStoreTests() : SettingsStoreContract(StoreSet.Sqlite());

public sealed class SqliteFileStoreTests() : FileStoreContract(StoreSet.Sqlite());

public sealed class SqliteOpenCallStoreTests() : OpenCallStoreContract(StoreSet.Sqlite());

public sealed class SqliteUsageStoreTests() : UsageStoreContract(StoreSet.Sqlite());

public sealed class SqliteProjectMembersTests() : ProjectMembersContract(StoreSet.Sqlite());

public sealed class SqliteToolServerStoreTests() : ToolServerStoreContract(StoreSet.Sqlite());

public sealed class SqlitePromptTestsTests() : PromptTestsContract(StoreSet.Sqlite());

public sealed class SqliteStoredCompletionsTests() : StoredCompletionsContract(StoreSet.Sqlite());

public sealed class SqlitePromptKeepingTests() : PromptKeepingContract(StoreSet.Sqlite());

public sealed class SqliteAccessStoreTests() : AccessStoreContract(StoreSet.Sqlite());

public sealed class SqliteReservationsTests() : ReservationsContract(StoreSet.Sqlite());

public sealed class SqliteRecordingStoreTests() : RecordingStoreContract(StoreSet.Sqlite());

using Turnpike.Hosts.Tests.Storage;

namespace Turnpike.Hosts.Tests.Postgres;

public sealed class PostgresPromptStoreTests() : PromptStoreContract(StoreSet.Postgres());

public sealed class PostgresConversationStoreTests() : ConversationStoreContract(StoreSet.Postgres());

public sealed class PostgresTurnStoreTests() : TurnStoreContract(StoreSet.Postgres());

public sealed class PostgresTurnLogTests() : TurnLogContract(StoreSet.Postgres());

public sealed class PostgresTurnBeginningTests() : TurnBeginningContract(StoreSet.Postgres());

public sealed class PostgresImportTests() : ImportStoreContract(StoreSet.Postgres());

public sealed class PostgresSettingsStoreTests() : SettingsStoreContract(StoreSet.Postgres());

public sealed class PostgresUsageStoreTests() : UsageStoreContract(StoreSet.Postgres());

public sealed class PostgresProjectMembersTests() : ProjectMembersContract(StoreSet.Postgres());

public sealed class PostgresOpenCallStoreTests() : OpenCallStoreContract(StoreSet.Postgres());

public sealed class PostgresFileStoreTests() : FileStoreContract(StoreSet.Postgres());

public sealed class PostgresToolServerStoreTests() : ToolServerStoreContract(StoreSet.Postgres());

public sealed class PostgresPromptTestsTests() : PromptTestsContract(StoreSet.Postgres());

public sealed class PostgresStoredCompletionsTests() : StoredCompletionsContract(StoreSet.Postgres());

public sealed class PostgresPromptKeepingTests() : PromptKeepingContract(StoreSet.Postgres());

public sealed class PostgresAccessStoreTests() : AccessStoreContract(StoreSet.Postgres());

public sealed class PostgresReservationsTests() : ReservationsContract(StoreSet.Postgres());

public sealed class PostgresRecordingStoreTests() : RecordingStoreContract(StoreSet.Postgres());

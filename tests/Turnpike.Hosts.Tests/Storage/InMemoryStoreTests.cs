namespace Turnpike.Hosts.Tests.Storage;

public sealed class InMemoryPromptStoreTests() : PromptStoreContract(StoreSet.InMemory());

public sealed class InMemoryConversationStoreTests() : ConversationStoreContract(StoreSet.InMemory());

public sealed class InMemoryTurnStoreTests() : TurnStoreContract(StoreSet.InMemory());

public sealed class InMemoryTurnLogTests() : TurnLogContract(StoreSet.InMemory());

public sealed class InMemoryTurnBeginningTests() : TurnBeginningContract(StoreSet.InMemory());

public sealed class InMemoryImportTests() : ImportStoreContract(StoreSet.InMemory());

public sealed class InMemorySettingsStoreTests() : SettingsStoreContract(StoreSet.InMemory());

public sealed class InMemoryFileStoreTests() : FileStoreContract(StoreSet.InMemory());

public sealed class InMemoryOpenCallStoreTests() : OpenCallStoreContract(StoreSet.InMemory());

public sealed class InMemoryUsageStoreTests() : UsageStoreContract(StoreSet.InMemory());

public sealed class InMemoryProjectMembersTests() : ProjectMembersContract(StoreSet.InMemory());

public sealed class InMemoryToolServerStoreTests() : ToolServerStoreContract(StoreSet.InMemory());

public sealed class InMemoryPromptTestsTests() : PromptTestsContract(StoreSet.InMemory());

public sealed class InMemoryStoredCompletionsTests() : StoredCompletionsContract(StoreSet.InMemory());

public sealed class InMemoryPromptKeepingTests() : PromptKeepingContract(StoreSet.InMemory());

public sealed class InMemoryReservationsTests() : ReservationsContract(StoreSet.InMemory());

public sealed class InMemoryRecordingStoreTests() : RecordingStoreContract(StoreSet.InMemory());

using Turnpike.Server.Compatible.AgUi;
using Turnpike.Server.Compatible.Chat;
using Turnpike.Server.Compatible.OpenAI;
using Turnpike.Server.Compatible.Readers;

namespace Turnpike.Server.Compatible;

/// <summary>The faces that speak other people's protocols. Each makes a turn request of its request, and tells the turn's events in its own words.</summary>
internal static class CompatibleFaces
{
    public static void MapCompatible(this WebApplication app)
    {
        app.MapChatCompletions();
        app.MapModels();
        app.MapResponses();
        app.MapConversationItems();
        app.MapPromptFacade();
        app.MapFileFacade();
        app.MapUiChat();
        app.MapAgUi();
        app.MapLangfuse();
        app.MapLiteLlm();
    }
}

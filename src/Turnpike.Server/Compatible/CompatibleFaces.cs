using Turnpike.Server.Compatible.Chat;
using Turnpike.Server.Compatible.OpenAI;

namespace Turnpike.Server.Compatible;

/// <summary>The faces that speak other people's protocols. Each makes a turn request of its request, and tells the turn's events in its own words.</summary>
internal static class CompatibleFaces
{
    public static void MapCompatible(this WebApplication app)
    {
        app.MapChatCompletions();
        app.MapModels();
        app.MapResponses();
        app.MapUiChat();
    }
}

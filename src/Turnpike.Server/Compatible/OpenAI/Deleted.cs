using Turnpike.Server.Http;

namespace Turnpike.Server.Compatible.OpenAI;

/// <summary>What the vendor's API answers when something was deleted.</summary>
internal static class Deleted
{
    /// <summary>Writes <c>{id, object, deleted: true}</c>.</summary>
    public static Task WriteAsync(HttpContext http, string id, string name) => Answer.WriteAsync(http, writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, id);
        writer.WriteString("object"u8, name);
        writer.WriteBoolean("deleted"u8, true);
        writer.WriteEndObject();
    });
}

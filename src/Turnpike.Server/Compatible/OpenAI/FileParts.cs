namespace Turnpike.Server.Compatible.OpenAI;

/// <summary>Files of a user's message.</summary>
internal static class FileParts
{
    /// <summary>An uploaded file; what it is, its bytes tell.</summary>
    public static UserPart ById(string id, string field, string? detail = null) => id.Length > 0 ? new(null, new() { File = id, Detail = detail }) : throw Given.Invalid(field, $"\"{field}\" is empty.");

    /// <summary>A file as a data: URL, or as bare base64 with a name that tells its type.</summary>
    public static UserPart ByData(string data, string? name, string field)
    {
        if (data.StartsWith("data:", StringComparison.OrdinalIgnoreCase)) return UserPart.File(data, name, Type(data));
        if (!System.Buffers.Text.Base64.IsValid(data)) throw Given.Invalid(field, $"\"{field}\" must be a data: URL or base64.");
        var type = name?.EndsWith(".pdf", StringComparison.OrdinalIgnoreCase) == true ? "application/pdf" : name?.EndsWith(".txt", StringComparison.OrdinalIgnoreCase) == true ? "text/plain" : "application/octet-stream";
        return UserPart.File($"data:{type};base64,{data}", name, type);
    }

    private static string? Type(string url) => url.AsSpan(5).IndexOfAny(';', ',') is > 0 and var end ? url.Substring(5, end) : null;
}

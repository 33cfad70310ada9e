namespace Turnpike.Prompts;

/// <summary>Which version of a prompt a name stands for now.</summary>
/// <param name="Key">The prompt's key.</param>
/// <param name="Id">Its id; null for one that ships with the product.</param>
/// <param name="Version">The version's number.</param>
/// <param name="Hash">The content hash of that version.</param>
public sealed record PromptPlace(string Key, string? Id, int Version, string Hash);

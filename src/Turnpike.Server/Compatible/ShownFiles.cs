using System.Text;
using Microsoft.Extensions.AI;
using Turnpike.Turns;
using Turnpike.Turns.Files;

namespace Turnpike.Server.Compatible;

/// <summary>Files of kept messages as callers gave them: one that is text is read as a resource, and is a file again where it is shown.</summary>
internal static class ShownFiles
{
    private const string TextType = "text/plain";

    /// <summary>The part as it is shown.</summary>
    public static AIContent Of(AIContent part) => MessageParts.ResourceOf(part) is not { Kind: "file", Title: var name } ? part : part switch
    {
        TextContent text => new DataContent(Encoding.UTF8.GetBytes(text.Text), TextType) { Name = name },
        KeptPart { MediaType: null } kept => new KeptPart(kept.Hash, TextType) { Name = name, Size = kept.Size },
        _ => part,
    };
}

using Microsoft.Extensions.AI;
using Turnpike.Pipeline;
using Turnpike.Turns;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Json;

namespace Turnpike.Client;

/// <summary>What a chat's new messages bring to a conversation that the server keeps.</summary>
internal static class ChatAnswers
{
    /// <summary>A turn of a kept conversation: results and approvals answer its open calls, the user's text is typed, media is attached.</summary>
    /// <exception cref="TurnException">There is something else among the messages.</exception>
    public static TurnRequest Into(TurnRequest request, IReadOnlyList<ChatMessage> messages)
    {
        var (typed, answers, resources) = (new List<string>(), new List<CallAnswer>(), new List<ResourceInput>());
        foreach (var (message, part) in messages.SelectMany(message => message.Contents.Select(part => (message, part))))
        {
            if (part is FunctionResultContent result) answers.Add(Answer(result));
            else if (part is ToolApprovalResponseContent decision) answers.Add(new() { CallId = decision.RequestId, Approved = decision.Approved, Reason = decision.Reason });
            else if (part is TextContent text && message.Role == ChatRole.User) typed.Add(text.Text);
            else if (part is DataContent data && message.Role == ChatRole.User) resources.Add(new() { Url = data.Uri, MediaType = data.MediaType, Title = data.Name });
            else if (part is UriContent there && message.Role == ChatRole.User) resources.Add(new() { Url = there.Uri.OriginalString, MediaType = there.MediaType });
            else if (part is HostedFileContent file && message.Role == ChatRole.User) resources.Add(new() { File = file.FileId, MediaType = file.MediaType, Title = file.Name });
            else if (ChatTurns.IsSendable(message.Role, part)) throw new TurnException(TurnErrorCode.RequestInvalid, $"A message of role \"{message.Role}\" with a part \"{part.GetType().Name}\" cannot be put into a conversation that the server keeps. Send the user's messages, tool results and approvals that are new.") { Field = "messages" };
        }
        typed.Add(request.Content);
        var author = request.Author ?? messages.LastOrDefault(message => message.Role == ChatRole.User && message.AuthorName is not null)?.AuthorName;
        return request with { Content = string.Join("\n\n", typed.Where(text => text.Length > 0)), Author = author, Answers = answers, Resources = resources };
    }

    private static CallAnswer Answer(FunctionResultContent result) => new() { CallId = result.CallId, Output = ToolValues.Element(result.Result ?? result.Exception?.Message), IsError = ToolValues.IsError(result) };
}

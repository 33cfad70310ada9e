using Turnpike.Turns;
using Turnpike.Turns.Access;

namespace Turnpike.Server.Compatible.OpenAI;

/// <summary>Seals what providers want back with their reasoning, so that callers can carry it without reading or changing it.</summary>
internal sealed class ReasoningSeal(ISecretBox box)
{
    private const string Purpose = "reasoning";

    public string Seal(string wanted) => box.SealAlike(wanted, Purpose);

    /// <summary>What was sealed; null when it was not sealed here.</summary>
    public string? Open(string text)
    {
        try
        {
            return box.Open(text, Purpose) is var opened && opened != text ? opened : null;
        }
        catch (TurnException error) when (error.Code == TurnErrorCode.StorageUnavailable)
        {
            return null;
        }
    }
}

using Turnpike.Triggers.Parsing;

namespace Turnpike.Triggers;

/// <summary>What a trigger was told when it asked about a text.</summary>
/// <param name="By">The trigger.</param>
/// <param name="About">The text then.</param>
/// <param name="Answer">What it heard.</param>
internal sealed record HeardAnswer(ParsedTrigger By, string About, object Answer);

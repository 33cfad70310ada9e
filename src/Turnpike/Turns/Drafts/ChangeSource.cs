namespace Turnpike.Turns.Drafts;

/// <summary>Who is writing to the draft now.</summary>
/// <param name="Name">For example <c>trigger:@.params.temp</c>, <c>middleware:Redactor</c> or <c>request</c>.</param>
/// <param name="Span">The stretch of the typed text that causes it, if one does.</param>
/// <param name="Sticky">Whether settings written also become the conversation's.</param>
public sealed record ChangeSource(string Name, TextSpan? Span = null, bool Sticky = false);

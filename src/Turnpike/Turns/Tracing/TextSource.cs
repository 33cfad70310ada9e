namespace Turnpike.Turns.Tracing;

/// <summary>Where a stretch of a model request's messages came from.</summary>
/// <param name="Message">Which of the request's messages, from 0.</param>
/// <param name="Part">Which part of the message, from 0.</param>
/// <param name="Span">The stretch of the part's text in UTF-16 units, as people are shown it: a secret has the length of its mask. Null: the whole part, which is no text.</param>
/// <param name="Source">
/// <c>prompt</c>, <c>prompt:&lt;name&gt;</c> or <c>agent:&lt;name&gt;</c>: words of a template; <c>variable:&lt;path&gt;</c>: the value that stands there, such as <c>trips[].city</c>;
/// <c>typed</c>; <c>rule:&lt;name&gt;</c>; <c>resource:&lt;id&gt;</c>; <c>turn:&lt;id&gt;</c> or <c>summary</c>: what was said before; <c>request, trigger, conversation, project:&lt;id&gt;, organization:&lt;id&gt;,
/// user:&lt;id&gt;, global</c>: the layer that says it; <c>middleware:&lt;name&gt;</c> or <c>middleware</c>; <c>turnpike</c>: blank lines between, tags around resources, the shape of the answer in words.
/// </param>
public sealed record TextSource(int Message, int Part, TextSpan? Span, string Source);

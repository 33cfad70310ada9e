namespace Turnpike.Turns.Secrets;

/// <summary>Where a mask stands for a secret.</summary>
/// <param name="At">The mask's place in the text, in UTF-16 units.</param>
/// <param name="Secret">Which of the turn's sealed secrets it is, from 0.</param>
internal readonly record struct SecretMark(int At, int Secret);

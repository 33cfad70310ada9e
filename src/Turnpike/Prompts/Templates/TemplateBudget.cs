using System.Runtime.CompilerServices;

namespace Turnpike.Prompts.Templates;

/// <summary>The bounds of one rendering: length, time, depth. They hold inside loops and partials too.</summary>
/// <param name="time">The clock.</param>
/// <param name="longest">The most characters of output.</param>
internal sealed class TemplateBudget(TimeProvider time, int longest = TemplateBudget.Longest)
{
    /// <summary>The most characters of text.</summary>
    public const int Longest = 1 << 20;

    /// <summary>The most characters of data: URLs, which are media and no text.</summary>
    public const int LongestMedia = 64 << 20;

    private const int MostStructure = 10_000;
    private const int DeepestProgram = 400;
    private const int DeepestPartial = 32;
    private const int StepsBetweenLooks = 64;
    private static readonly TimeSpan LongestTime = TimeSpan.FromMilliseconds(250);

    private readonly long _since = time.GetTimestamp();
    private int _length;
    private int _media;
    private int _structure;
    private int _steps;
    private int _programs;
    private int _partials;

    /// <summary>How much may still be written.</summary>
    public int Left => longest - _length;

    public void Write(int characters)
    {
        if (characters > longest - _length) throw longest == LongestMedia ? TooMuchMedia() : TooLong();
        _length += characters;
        Step(characters >> 6);
    }

    /// <summary>Counts the data: URLs of media.</summary>
    public void Media(int characters)
    {
        if (characters > LongestMedia - _media) throw TooMuchMedia();
        _media += characters;
    }

    public void Structure()
    {
        if (++_structure > MostStructure) throw TemplateErrors.Limit(FormattableString.Invariant($"The prompt makes more than {MostStructure:N0} roles, media parts, sections and places of the history."));
    }

    /// <summary>Counts work; looks at the clock now and then.</summary>
    public void Step(int more = 0)
    {
        _steps += 1 + more;
        if (_steps < StepsBetweenLooks) return;
        _steps = 0;
        if (time.GetElapsedTime(_since) > LongestTime) throw TemplateErrors.Limit($"Rendering the prompt took longer than {LongestTime.TotalMilliseconds:0} ms.");
    }

    public void Enter()
    {
        if (++_programs > DeepestProgram || !RuntimeHelpers.TryEnsureSufficientExecutionStack()) throw TemplateErrors.Limit($"Blocks and partials of the prompt are nested more than {DeepestProgram} deep.");
    }

    public void Leave() => _programs--;

    public void EnterPartial(string name)
    {
        if (++_partials > DeepestPartial) throw TemplateErrors.Limit($"Partials may include each other {DeepestPartial} deep; \"{name}\" went deeper.");
    }

    public void LeavePartial() => _partials--;

    public static Turns.TurnException TooLong() => TemplateErrors.Limit(FormattableString.Invariant($"The rendered prompt is longer than {Longest:N0} characters."));

    private static Turns.TurnException TooMuchMedia() => TemplateErrors.Limit(FormattableString.Invariant($"The media within the rendered prompt are longer than {LongestMedia:N0} characters. Upload them and name the files by their ids."));
}

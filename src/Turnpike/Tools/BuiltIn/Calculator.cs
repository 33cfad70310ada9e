using System.ComponentModel;
using System.Globalization;
using Microsoft.Extensions.AI;

namespace Turnpike.Tools.BuiltIn;

/// <summary>The tool <c>calculate</c>: works out an expression in decimal numbers.</summary>
internal static class Calculator
{
    private const int Longest = 1000;

    public static AIFunction Function { get; } = AIFunctionFactory.Create(Calculate, "calculate", "Works out an arithmetic expression exactly.");

    /// <exception cref="FormatException">It is no expression.</exception>
    /// <exception cref="OverflowException">A number is larger than can be worked with.</exception>
    public static string Calculate([Description("Numbers, + - * / % ^, parentheses, pi, e, and the functions sqrt, abs, round, floor, ceil, min, max, ln, log, exp, sin, cos, tan. Example: (3 + 4) * 1.5")] string expression)
    {
        ArgumentNullException.ThrowIfNull(expression);
        if (expression.Length > Longest) throw new FormatException(FormattableString.Invariant($"The expression has {expression.Length:N0} characters; {Longest:N0} are taken."));
        try
        {
            var value = new Expression(expression).Value();
            return (value == 0 ? 0 : value).ToString("0.############################", CultureInfo.InvariantCulture);
        }
        catch (DivideByZeroException)
        {
            throw new FormatException("The expression divides by zero.");
        }
        catch (OverflowException)
        {
            throw new FormatException("A number of the expression is too large.");
        }
    }
}

using System.Globalization;

namespace Turnpike.Tools.BuiltIn;

/// <summary>An arithmetic expression, read from left to right: sums of products of powers.</summary>
internal sealed class Expression(string text)
{
    private const int Deepest = 64;
    private const int LargestPower = 1000;
    private int _at;
    private int _depth;

    /// <exception cref="FormatException">It is no expression.</exception>
    public decimal Value()
    {
        var value = Sum();
        return _at == text.Length ? value : throw Unexpected();
    }

    private decimal Sum()
    {
        if (++_depth > Deepest) throw new FormatException("The expression is nested too deep.");
        var value = Product();
        while (true)
        {
            if (Takes('+')) value += Product();
            else if (Takes('-') || Takes('−')) value -= Product();
            else break;
        }
        _depth--;
        return value;
    }

    private decimal Product()
    {
        var value = Signed();
        while (true)
        {
            if (Takes('*') || Takes('×')) value *= Signed();
            else if (Takes('/') || Takes('÷')) value /= Signed();
            else if (Takes('%')) value %= Signed();
            else return value;
        }
    }

    private decimal Signed()
    {
        var negative = false;
        while (true)
        {
            if (Takes('-') || Takes('−')) negative = !negative;
            else if (!Takes('+')) return negative ? -Power() : Power();
        }
    }

    private decimal Power()
    {
        var value = Atom();
        return Takes('^') ? Raise(value, Deeper(Signed)) : value;
    }

    private decimal Deeper(Func<decimal> read)
    {
        if (++_depth > Deepest) throw new FormatException("The expression is nested too deep.");
        var value = read();
        _depth--;
        return value;
    }

    private decimal Atom()
    {
        if (Takes('('))
        {
            var value = Sum();
            return Takes(')') ? value : throw Unexpected();
        }
        Skip();
        var from = _at;
        while (_at < text.Length && (char.IsAsciiDigit(text[_at]) || text[_at] == '.')) _at++;
        if (_at > from) return decimal.TryParse(text.AsSpan(from, _at - from), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : throw new FormatException($"\"{text[from.._at]}\" is no number.");
        while (_at < text.Length && char.IsAsciiLetter(text[_at])) _at++;
        return _at > from ? Named(text[from.._at].ToLowerInvariant()) : throw Unexpected();
    }

    private decimal Named(string name)
    {
        if (name == "pi") return 3.1415926535897932384626433833m;
        if (name == "e") return 2.7182818284590452353602874714m;
        if (!Takes('(')) throw new FormatException($"There is no constant \"{name}\"; there are pi and e.");
        List<decimal> given = [Sum()];
        while (Takes(',')) given.Add(Sum());
        if (!Takes(')')) throw Unexpected();
        return name switch
        {
            "min" => given.Min(),
            "max" => given.Max(),
            "round" when given.Count == 2 && given[1] is >= 0 and <= 28 => Math.Round(given[0], (int)given[1], MidpointRounding.AwayFromZero),
            _ when given.Count == 1 => Of(name, given[0]),
            _ => throw new FormatException($"\"{name}\" does not take {given.Count} numbers."),
        };
    }

    private static decimal Of(string name, decimal x) => name switch
    {
        "abs" => Math.Abs(x),
        "round" => Math.Round(x, MidpointRounding.AwayFromZero),
        "floor" => Math.Floor(x),
        "ceil" => Math.Ceiling(x),
        "sqrt" => Real(Math.Sqrt((double)x)),
        "ln" => Real(Math.Log((double)x)),
        "log" => Real(Math.Log10((double)x)),
        "exp" => Real(Math.Exp((double)x)),
        "sin" => Real(Math.Sin((double)x)),
        "cos" => Real(Math.Cos((double)x)),
        "tan" => Real(Math.Tan((double)x)),
        _ => throw new FormatException($"There is no function \"{name}\"."),
    };

    private static decimal Raise(decimal value, decimal power)
    {
        if (power != decimal.Truncate(power) || Math.Abs(power) > LargestPower) return Real(Math.Pow((double)value, (double)power));
        if (power < 0) return Math.Abs(value) < 1 ? Raise(1 / value, -power) : Inverse(value, -power);
        var result = 1m;
        for (var i = 0; i < (int)power; i++) result *= value;
        return result;
    }

    /// <summary>One by a power; 0 where that has more digits than are kept behind the point.</summary>
    private static decimal Inverse(decimal value, decimal power)
    {
        try
        {
            return 1 / Raise(value, power);
        }
        catch (OverflowException)
        {
            return 0;
        }
    }

    private static decimal Real(double value) => double.IsFinite(value) ? (decimal)value : throw new FormatException("A result is no real number.");

    private bool Takes(char letter)
    {
        Skip();
        if (_at >= text.Length || text[_at] != letter) return false;
        _at++;
        return true;
    }

    private void Skip()
    {
        while (_at < text.Length && char.IsWhiteSpace(text[_at])) _at++;
    }

    private FormatException Unexpected() => new(_at < text.Length ? $"\"{text[_at]}\" at {_at + 1} is not expected." : "The expression ends too early.");
}

using System.Collections.Concurrent;

namespace Turnpike.Turns.Packing;

/// <summary>
/// How far our estimate of tokens is from what providers report, for each model: a moving average of the ratio between the two. It begins at 1, is kept between 0.6
/// and 4, and lives as long as the program. A report of less than half of the estimate is none of the whole request, and teaches nothing.
/// </summary>
public sealed class TokenCalibration
{
    private const long SmallestCounted = 200; // what a provider adds to every request weighs too much in smaller ones
    private const double Newest = 0.3;
    private const double Smallest = 0.6;
    private const double Largest = 4;
    private readonly ConcurrentDictionary<string, double> _ratios = new(StringComparer.Ordinal);

    /// <summary>What an estimate of ours is likely to be for a model.</summary>
    public long Of(string model, long estimated) => (long)Math.Round(estimated * Ratio(model));

    /// <summary>Reported tokens for each that we estimate.</summary>
    public double Ratio(string model) => _ratios.GetValueOrDefault(model, 1);

    /// <summary>Learns from what a provider reported.</summary>
    /// <param name="model">The model.</param>
    /// <param name="estimated">Our estimate, uncorrected.</param>
    /// <param name="reported">The provider's number of input tokens.</param>
    public void Note(string model, long estimated, long reported)
    {
        if (estimated < SmallestCounted || reported < estimated / 2) return;
        var ratio = Math.Clamp((double)reported / estimated, Smallest, Largest);
        _ratios.AddOrUpdate(model, _ => Towards(1), (_, old) => Towards(old));

        double Towards(double old) => old + ((ratio - old) * Newest);
    }
}

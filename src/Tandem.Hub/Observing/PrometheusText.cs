using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Tandem.Hub.Observing;

/// <summary>
/// The hub's meters as Prometheus text (exposition format 0.0.4). Counters and gauges as they are, histograms as buckets in seconds.
/// Thread-safe.
/// </summary>
internal sealed class PrometheusText : IDisposable
{
    private static readonly double[] Bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
    private static readonly string[] Prefixes = ["Tandem.", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime"];
    private const int UsualLabels = 512; // characters; more are found room for
    private readonly ConcurrentDictionary<Instrument, ConcurrentDictionary<string, Series>> families = [];
    private readonly ConcurrentDictionary<string, string> names = []; // of labels, which the program's code gives
    private readonly MeterListener listener = new();

    internal void Listen()
    {
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (Prefixes.Any(prefix => instrument.Meter.Name.StartsWith(prefix, StringComparison.Ordinal)))
                self.EnableMeasurementEvents(instrument);
        };
        listener.MeasurementsCompleted = (instrument, _) => Forget(instrument);
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Record(instrument, value, tags));
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Record(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Record(instrument, value, tags));
        listener.Start();
    }

    /// <summary>Everything as it is now.</summary>
    internal string Write()
    {
        listener.RecordObservableInstruments();
        var text = new StringBuilder();
        foreach (var (instrument, family) in families.OrderBy(family => family.Key.Name, StringComparer.Ordinal))
        {
            var name = NameOf(instrument);
            text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {instrument.Description ?? instrument.Name}\n# TYPE {name} {TypeOf(instrument)}\n");
            foreach (var (labels, one) in family.OrderBy(one => one.Key, StringComparer.Ordinal))
                one.Write(text, name, labels);
        }

        return text.ToString();
    }

    public void Dispose() => listener.Dispose();

    /// <summary>A meter has ended, and what it measured may go.</summary>
    private void Forget(Instrument instrument) => families.TryRemove(instrument, out _);

    /// <remarks>Several times for each request: what was measured before with the same labels is found without a new object.</remarks>
    private void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = new DefaultInterpolatedStringHandler(0, 0, CultureInfo.InvariantCulture, stackalloc char[UsualLabels]);
        foreach (var (name, label) in tags)
        {
            if (labels.Text.Length > 0)
                labels.AppendLiteral(",");
            labels.AppendLiteral(names.GetOrAdd(name, Safe));
            labels.AppendLiteral("=\"");
            labels.AppendLiteral((label?.ToString() ?? "").Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).ReplaceLineEndings(" "));
            labels.AppendLiteral("\"");
        }

        var one = Find(instrument, labels.Text);
        labels.Clear();
        if (instrument is Counter<long> or Counter<int> or Counter<double> or UpDownCounter<long> or UpDownCounter<int>)
            one.Add(value);
        else
            one.Set(value);
    }

    private Series Find(Instrument instrument, ReadOnlySpan<char> labels)
    {
        var family = families.GetOrAdd(instrument, static _ => new(StringComparer.Ordinal));
        return family.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(labels, out var one)
            ? one
            : family.GetOrAdd(labels.ToString(), static (_, of) => new Series(TypeOf(of) == "histogram"), instrument);
    }

    private static string NameOf(Instrument instrument) =>
        Safe(instrument.Name) + (instrument is Counter<long> or Counter<int> or Counter<double> && !instrument.Name.EndsWith("_total", StringComparison.Ordinal) ? "_total" : "");

    private static string Safe(string name) => new([.. name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_')]);

    private static string TypeOf(Instrument instrument)
    {
        var kind = instrument.GetType().Name;
        return kind.StartsWith("Histogram", StringComparison.Ordinal) ? "histogram"
            : kind.StartsWith("Counter", StringComparison.Ordinal) || kind.StartsWith("ObservableCounter", StringComparison.Ordinal) ? "counter"
            : "gauge";
    }

    private sealed class Series(bool isHistogram)
    {
        private readonly Lock gate = new();
        private readonly long[] buckets = new long[Bounds.Length];
        private double value;
        private long count;

        internal void Add(double more)
        {
            lock (gate)
                value += more;
        }

        internal void Set(double now)
        {
            lock (gate)
            {
                if (!isHistogram)
                {
                    value = now;
                    return;
                }

                value += now;
                count++;
                for (var i = 0; i < Bounds.Length; i++)
                    buckets[i] += now <= Bounds[i] ? 1 : 0;
            }
        }

        internal void Write(StringBuilder text, string name, string labels)
        {
            lock (gate)
            {
                var braces = labels.Length == 0 ? "" : $"{{{labels}}}";
                if (!isHistogram)
                {
                    text.Append(CultureInfo.InvariantCulture, $"{name}{braces} {value}\n");
                    return;
                }

                var comma = labels.Length == 0 ? "" : ",";
                for (var i = 0; i < Bounds.Length; i++)
                    text.Append(CultureInfo.InvariantCulture, $"{name}_bucket{{{labels}{comma}le=\"{Bounds[i]}\"}} {buckets[i]}\n");
                text.Append(CultureInfo.InvariantCulture, $"{name}_bucket{{{labels}{comma}le=\"+Inf\"}} {count}\n{name}_sum{braces} {value}\n{name}_count{braces} {count}\n");
            }
        }
    }
}

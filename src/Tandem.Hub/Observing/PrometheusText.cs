using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
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
    private readonly ConcurrentDictionary<(Instrument Instrument, string Labels), Series> series = [];
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
        foreach (var family in series.GroupBy(one => one.Key.Instrument).OrderBy(family => family.Key.Name, StringComparer.Ordinal))
        {
            var name = NameOf(family.Key);
            text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {family.Key.Description ?? family.Key.Name}\n# TYPE {name} {TypeOf(family.Key)}\n");
            foreach (var (key, one) in family.OrderBy(one => one.Key.Labels, StringComparer.Ordinal))
                one.Write(text, name, key.Labels);
        }

        return text.ToString();
    }

    public void Dispose() => listener.Dispose();

    /// <summary>A meter has ended, and what it measured may go.</summary>
    private void Forget(Instrument instrument)
    {
        foreach (var key in series.Keys.Where(key => key.Instrument == instrument))
            series.TryRemove(key, out _);
    }

    private void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = new StringBuilder();
        foreach (var (name, label) in tags)
        {
            var shown = (label?.ToString() ?? "").Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
            labels.Append(CultureInfo.InvariantCulture, $"{(labels.Length == 0 ? "" : ",")}{Safe(name)}=\"{shown.ReplaceLineEndings(" ")}\"");
        }

        var one = series.GetOrAdd((instrument, labels.ToString()), static key => new Series(TypeOf(key.Instrument) == "histogram"));
        if (instrument is Counter<long> or Counter<int> or Counter<double> or UpDownCounter<long> or UpDownCounter<int>)
            one.Add(value);
        else
            one.Set(value);
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

using System.Diagnostics.Metrics;
using Tandem.Hub.Observing;
using Tandem.Tests.Support;

namespace Tandem.Tests.Hub.Observing;

public sealed class PrometheusTextTests : IDisposable
{
    private readonly Meter meter = new("Tandem.Tests.PrometheusText");
    private readonly PrometheusText text = new();

    public PrometheusTextTests() => text.Listen();

    public void Dispose()
    {
        text.Dispose();
        meter.Dispose();
    }

    [Fact]
    public void What_was_measured_before_with_the_same_labels_is_counted_without_a_new_object()
    {
        var requests = meter.CreateCounter<long>("tests.requests");
        var seconds = meter.CreateHistogram<double>("tests.duration");
        Measure(1);

        Assert.InRange(Allocated.Least(() => Measure(1000)), 0, 1000);
        var shown = text.Write();
        Assert.Contains("""tests_requests_total{http_route="/fhir/{type}",scheme="http"} 5001""", shown, StringComparison.Ordinal);
        Assert.Contains("""tests_duration_bucket{http_route="/fhir/{type}",le="0.005"} 5001""", shown, StringComparison.Ordinal);

        void Measure(int times)
        {
            for (var i = 0; i < times; i++)
            {
                requests.Add(1, new KeyValuePair<string, object?>("http.route", "/fhir/{type}"), new("scheme", "http"));
                seconds.Record(0.004, new KeyValuePair<string, object?>("http.route", "/fhir/{type}"));
            }
        }
    }

    [Fact]
    public void Labels_of_any_length_and_with_any_sign_are_told_apart()
    {
        var requests = meter.CreateCounter<long>("tests.any");
        var far = new string('x', 2000);
        requests.Add(1, new KeyValuePair<string, object?>("a.b", "say \"no\"\nto \\"));
        requests.Add(2, new KeyValuePair<string, object?>("a.b", far));
        requests.Add(3);
        requests.Add(4, new KeyValuePair<string, object?>("a.b", far));

        var shown = text.Write();

        Assert.Contains("tests_any_total{a_b=\"say \\\"no\\\" to \\\\\"} 1\n", shown, StringComparison.Ordinal);
        Assert.Contains($"tests_any_total{{a_b=\"{far}\"}} 6\n", shown, StringComparison.Ordinal);
        Assert.Contains("tests_any_total 3\n", shown, StringComparison.Ordinal);
    }
}

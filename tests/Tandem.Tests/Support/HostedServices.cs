using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Tandem.Tests.Support;

/// <summary>Services of a host that run by themselves.</summary>
internal static class HostedServices
{
    /// <summary>Keeps some out, so that what they do the test alone calls for, or nobody does.</summary>
    internal static void RemoveHosted(this IServiceCollection services, Func<Type, bool> which)
    {
        var found = services.Where(service => service.ServiceType == typeof(IHostedService) && which(TypeOf(service))).ToList();
        Assert.NotEmpty(found);
        foreach (var service in found)
            services.Remove(service);
    }

    /// <summary>Of one that is registered by a function, what the function gives.</summary>
    private static Type TypeOf(ServiceDescriptor service) => service.ImplementationType ?? service.ImplementationFactory!.GetType().GenericTypeArguments[^1];
}

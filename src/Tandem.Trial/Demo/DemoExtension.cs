using Tandem.Kernel.Pages;

namespace Tandem.Trial.Demo;

/// <summary>The demonstration's hub: its people stand on the sign-in page.</summary>
internal sealed class DemoExtension : TrialExtension
{
    public override void AddServices(IServiceCollection services)
    {
        base.AddServices(services);
        services.AddSingleton<DemoRoles>();
        services.AddSingleton(new PageAddition(PageAdditionPlace.SignIn, typeof(DemoPeople)));
    }
}

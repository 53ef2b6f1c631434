using System.CommandLine;
using Tandem.Trial.Demo;
using Tandem.Trial.Open;

return await new RootCommand("Tandem for who tries it or builds it. None of this is part of an installed hub.") { DemoHub.Command(), OpenHub.Command() }.Parse(args).InvokeAsync();

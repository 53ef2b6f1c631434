using Tandem.Hub.Commands;

return await CommandLine.RunAsync(args);
